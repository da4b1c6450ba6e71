import type { Emit, PgmEvent } from '../../../core/events.js';
import type { Clock } from '../../../core/ports.js';
import type { Labels, OutputConfig } from '../../config/resolve.js';
import { News } from '../news/news.js';
import type { Level, Told } from '../words/sentence.js';

/** Writes the events of a command. */
export interface Reporter {
  readonly emit: Emit;
  /** Stops the spinner. */
  close(): void;
}

export interface ReporterOptions {
  readonly output: OutputConfig;
  readonly stream: NodeJS.WriteStream;
  readonly clock: Pick<Clock, 'now' | 'wallMs'>;
  /** Directory of the source, as the user gave it, for `file:line:col`. */
  readonly directory: string;
  /** Whether each line of text has the time; the JSON log always has it. */
  readonly timestamps: boolean;
  /** In every line of the JSON log. */
  readonly labels: Labels;
}

/** What a line needs of a stream. */
export interface LineStream {
  /** Bytes waiting to be read. */
  readonly writableLength: number;
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** What a reporter that writes line by line needs. */
export interface LineReporterOptions extends Omit<ReporterOptions, 'stream'> {
  readonly stream: LineStream;
}

const rank: Readonly<Record<Level, number>> = { debug: 0, info: 1, done: 1, warn: 2, error: 3 };
const least: Readonly<Record<OutputConfig['verbosity'], number>> = {
  verbose: 0,
  normal: 1,
  quiet: 2,
};

/** Returns the sentences of an event that are news and that the verbosity includes. */
export function sentenceFilter({
  output,
  clock,
  directory,
}: Pick<ReporterOptions, 'output' | 'clock' | 'directory'>): (event: PgmEvent) => readonly Told[] {
  const { verbosity } = output;
  const news = new News({ directory, everything: verbosity === 'verbose' });
  return (event) =>
    news.of(event, clock.now()).filter(({ level }) => rank[level] >= least[verbosity]);
}
