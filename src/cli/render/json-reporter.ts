import { lineWriter, lostLines } from './line-writer.js';
import { type Reporter, type LineReporterOptions, sentenceFilter } from './reporter.js';
import type { Told } from './sentence.js';

type Line = Pick<Told, 'level' | 'text' | 'event' | 'facts'>;

/** One JSON document a line: `time`, `level`, `event`, `message`, the labels, and the facts of the event. */
export function jsonReporter(options: LineReporterOptions): Reporter {
  const { stream, labels, clock } = options;
  const sentences = sentenceFilter(options);
  const document = ({ level, text, event, facts }: Line): string => {
    const line = {
      time: new Date(clock.wallMs()).toISOString(),
      level: level === 'done' ? 'info' : level,
      event,
      message: text,
      ...labels,
      ...facts,
    };
    return `${JSON.stringify(line)}\n`;
  };
  const write = lineWriter(stream, (count) =>
    document({ level: 'warn', text: lostLines(count), event: 'log-lines-lost', facts: { count } }),
  );
  return {
    emit: (event) => {
      for (const sentence of sentences(event)) write(document(sentence));
    },
    close: () => undefined,
  };
}
