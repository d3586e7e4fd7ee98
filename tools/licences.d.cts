export function isAccepted(license: string): boolean;
export function licenceTextOf(checkout: string, folder: string, license: string): string;
