import type { PgmEvent } from '../../../core/events.js';
import type { OutputConfig } from '../../config/resolve.js';
import { News } from '../news/news.js';
import type { Level, Told } from '../words/sentence.js';
import type { LineReporterOptions, LineStream, Reporter, ReporterOptions } from './reporter.js';

/** Chooses the reporter: a spinner on a terminal, JSON on request, plain lines otherwise. */
export async function openReporter(options: ReporterOptions): Promise<Reporter> {
  const { output, stream } = options;
  if (output.logFormat === 'json') return jsonReporter(options);
  if (output.logFormat === 'auto' && canMoveCursor(stream)) {
    const { terminalReporter } = await import('./terminal-reporter.js');
    return terminalReporter(options, sentenceFilter(options));
  }
  return plainReporter(options);
}

/** A terminal without a width (`docker run -t` starts with one) makes a spinner erase lines without end. */
function canMoveCursor({ isTTY, columns }: NodeJS.WriteStream): boolean {
  return isTTY && columns > 0;
}

const rank: Readonly<Record<Level, number>> = { debug: 0, info: 1, done: 1, warn: 2, error: 3 };
const least: Readonly<Record<OutputConfig['verbosity'], number>> = {
  verbose: 0,
  normal: 1,
  quiet: 2,
};

/** Returns the sentences of an event that are news and that the verbosity includes. */
function sentenceFilter({
  output,
  clock,
  directory,
}: Pick<ReporterOptions, 'output' | 'clock' | 'directory'>): (event: PgmEvent) => readonly Told[] {
  const { verbosity } = output;
  const news = new News({ directory, everything: verbosity === 'verbose' });
  return (event) =>
    news.of(event, clock.now()).filter(({ level }) => rank[level] >= least[verbosity]);
}

/** One line for each sentence, for logs and pipes: no colour, no spinner. */
export function plainReporter(options: LineReporterOptions): Reporter {
  const { timestamps, clock } = options;
  return lineReporter(options, ({ level, text, below = [] }) => {
    const time = timestamps ? `${new Date(clock.wallMs()).toISOString()} ` : '';
    const indented = below.map((each) => `      ${each}\n`).join('');
    return `${time}${levelWords[level]} ${text}\n${indented}`;
  });
}

const levelWords: Readonly<Record<Level, string>> = {
  debug: 'DEBUG',
  info: 'INFO ',
  done: 'INFO ',
  warn: 'WARN ',
  error: 'ERROR',
};

/** One JSON document per line: `time`, `level`, `event`, `message`, the labels, and the facts of the event. */
function jsonReporter(options: LineReporterOptions): Reporter {
  const { labels, clock } = options;
  return lineReporter(options, ({ level, text, event, facts }) => {
    const line = {
      time: new Date(clock.wallMs()).toISOString(),
      level: level === 'done' ? 'info' : level,
      event,
      message: text,
      namespace: labels.namespace,
      configmap: labels.configMap,
      ...facts,
    };
    return `${JSON.stringify(line)}\n`;
  });
}

function lineReporter(options: LineReporterOptions, lineOf: (told: Told) => string): Reporter {
  const sentences = sentenceFilter(options);
  const write = lineWriter(options.stream, (count) =>
    lineOf({ level: 'warn', text: lostLines(count), event: 'log-lines-lost', facts: { count } }),
  );
  return {
    emit: (event) => {
      for (const sentence of sentences(event)) write(lineOf(sentence));
    },
    close: () => undefined,
  };
}

/** Bytes of log that may wait to be read. */
const mostWaiting = 1 << 20;

/**
 * Writes lines as long as they are read. A pipe that is not read neither stops pgm nor fills its memory: lines are dropped,
 * and once there is room again, a line made by `lost` says how many.
 */
export function lineWriter(
  stream: LineStream,
  lost: (count: number) => string,
): (line: string) => void {
  let leftOut = 0;
  const tell = (): void => {
    stream.write(lost(leftOut));
    leftOut = 0;
  };
  return (line) => {
    if (stream.writableLength < mostWaiting && leftOut === 0) {
      stream.write(line);
      return;
    }
    leftOut += 1;
    if (leftOut === 1) stream.once('drain', tell);
  };
}

/** The log line in place of dropped lines. */
function lostLines(count: number): string {
  const lines = count === 1 ? '1 line was' : `${count} lines were`;
  return `${lines} dropped here, because nothing read this log for a while; pgm status shows the current state`;
}
