export function userFolder(environment: NodeJS.ProcessEnv, name: string): string;
export function ownFolder(folder: string): string;
