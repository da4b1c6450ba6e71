import type { Emit, PgmEvent } from '../../core/events.js';
import type { Clock } from '../../core/ports.js';
import type { OutputConfig } from '../config/config.js';
import type { LineStream } from './line-writer.js';
import { News } from './news.js';
import type { Level, Told } from './sentence.js';

/** Where one subscriber writes what happens. */
export interface Reporter {
  readonly emit: Emit;
  /** Ends what is still moving on the screen. */
  close(): void;
}

export interface ReporterOptions {
  readonly output: OutputConfig;
  readonly stream: NodeJS.WriteStream;
  readonly clock: Pick<Clock, 'now' | 'wallMs'>;
  /** Directory of the source, as the person gave it, for `file:line:col`. */
  readonly directory: string;
  /** A daemon's lines bear the time; a one-off command's reader knows it. */
  readonly timestamps: boolean;
  /** Stands in every line of the JSON log. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Who writes line by line needs no terminal. */
export interface LineReporterOptions extends Omit<ReporterOptions, 'stream'> {
  readonly stream: LineStream;
}

/** The subscriber that fits: a spinner on a terminal, JSON where asked for, plain lines elsewhere. */
export async function openReporter(options: ReporterOptions): Promise<Reporter> {
  const { output, stream } = options;
  if (output.logFormat === 'json') {
    const { jsonReporter } = await import('./json-reporter.js');
    return jsonReporter(options);
  }
  if (output.logFormat === 'auto' && canMoveCursor(stream)) {
    const { terminalReporter } = await import('./terminal-reporter.js');
    return terminalReporter(options);
  }
  const { plainReporter } = await import('./plain-reporter.js');
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

/** Gives the sentences of an event that are news and that this verbosity lets through. */
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
