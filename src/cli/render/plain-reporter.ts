import { lineWriter, lostLines } from './line-writer.js';
import { type Reporter, type LineReporterOptions, sentenceFilter } from './reporter.js';
import type { Level } from './sentence.js';

/** One line a sentence, for logs and pipes: no colour, nothing that moves. */
export function plainReporter(options: LineReporterOptions): Reporter {
  const { stream, timestamps, clock } = options;
  const sentences = sentenceFilter(options);
  const line = (level: Level, text: string): string => {
    const time = timestamps ? `${new Date(clock.wallMs()).toISOString()} ` : '';
    return `${time}${words[level]} ${text}\n`;
  };
  const write = lineWriter(stream, (count) => line('warn', lostLines(count)));
  return {
    emit: (event) => {
      for (const { level, text, below } of sentences(event)) {
        const indented = (below ?? []).map((each) => `      ${each}\n`);
        write(line(level, text) + indented.join(''));
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
