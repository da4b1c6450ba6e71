import type { Emit } from '../../../core/events.js';
import type { Clock } from '../../../core/ports.js';
import type { Labels, OutputConfig } from '../../config/resolve.js';

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
