export const columns: number;
export const title: string;
export function tellStory(): Promise<string>;
