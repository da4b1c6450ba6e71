interface LastWords {
  fail(text: string): void;
}

/** What a command has opened; a bug may show anywhere, also after the command lost control. */
let lastWords: LastWords | null = null;

/** From now on a bug that nobody caught is written there too. */
export function reportBugsTo(words: LastWords): void {
  lastWords = words;
}

/** Tells of an error that none of ours expected, with its stack, on stderr and where the command keeps its last words. */
export function reportBug(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const text = `pgm: a bug in pgm; please report it with these lines:\n${stack}`;
  process.stderr.write(`${text}\n`);
  lastWords?.fail(text);
}
