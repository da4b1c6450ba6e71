import { type Reporter, type ReporterOptions, sentenceFilter } from './reporter.js';
import type { Level } from './sentences.js';

/** One line a sentence, for logs and pipes: no colour, nothing that moves. */
export function plainReporter(options: ReporterOptions): Reporter {
  const { stream, timestamps } = options;
  const sentences = sentenceFilter(options);
  return {
    emit: (event) => {
      const time = timestamps ? `${new Date().toISOString()} ` : '';
      for (const { level, text, below } of sentences(event)) {
        const lines = [
          `${time}${words[level]} ${text}`,
          ...(below ?? []).map((line) => `      ${line}`),
        ];
        stream.write(`${lines.join('\n')}\n`);
      }
    },
    close: () => undefined,
  };
}

const words: Readonly<Record<Level, string>> = {
  debug: 'DEBUG',
  info: 'INFO ',
  done: 'INFO ',
  warn: 'WARN ',
  error: 'ERROR',
};
