export function isAccepted(license: string): boolean;
export function licenceIn(folder: string, license: string): string | undefined;
