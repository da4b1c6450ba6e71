export function withGeneratedParts(text: string, parts: Readonly<Record<string, string>>): string;
