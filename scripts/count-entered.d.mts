export function enteredFiles(databaseUrl: string): Promise<readonly string[]>;
