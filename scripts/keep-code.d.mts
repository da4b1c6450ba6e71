export function keepCode(root: string, place: string, flags?: readonly string[]): boolean;
