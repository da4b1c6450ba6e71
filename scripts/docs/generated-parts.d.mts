export type Parts = Readonly<Record<string, string>>;

export function withGeneratedParts(text: string, parts: Parts): string;
export function differingParts(before: string, after: string, parts: Parts): readonly string[];
