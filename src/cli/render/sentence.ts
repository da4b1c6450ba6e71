import type { PgmEvent } from '../../core/events.js';

export type Level = 'debug' | 'info' | 'done' | 'warn' | 'error';

/** What a sentence can be about. */
export type Topic =
  | 'contention'
  | 'file'
  | 'kept'
  | 'left-out'
  | 'lock'
  | 'missing'
  | 'pooler'
  | 'postgres'
  | 'renamed'
  | 'result'
  | 'source-warning'
  | 'verdict'
  | 'watch';

/** One thing that can be said something about, such as one file. */
export type Slot = `${Topic} ${string}`;

/** What a query or an alert in a log store filters by. Times are milliseconds. */
export type Facts = Readonly<Record<string, unknown>>;

/** What has a name of its own in the JSON log although no event is called so. */
export type Aspect =
  | 'file-refused'
  | 'files-ignored'
  | 'log-lines-lost'
  | 'migration-kept'
  | 'migration-missing'
  | 'migration-renamed'
  | 'migration-planned'
  | 'postgres-back'
  | 'schema-left-out'
  | 'source-warning'
  | 'verdict';

/** What an event is to a person: one line, and lines below it that belong to it. */
export interface Sentence {
  readonly level: Level;
  readonly text: string;
  readonly below?: readonly string[];
  /** What it is about. Without one it is always told; with one only when it says something else than before. */
  readonly slot?: Slot;
  /** What tells it from the sentence before in its slot, where numbers in the text vary; default the text. */
  readonly gist?: string;
  /** Where it is not the event's kind that names it. */
  readonly aspect?: Aspect;
  /** Where they are not those of the event. */
  readonly facts?: Facts;
}

/** A sentence as the JSON log needs it. */
export interface Told extends Sentence {
  readonly event: PgmEvent['kind'] | Aspect;
  readonly facts: Facts;
}

export function slotOf(topic: Topic, of = ''): Slot {
  return `${topic} ${of}`;
}

export function debug(text: string): Sentence {
  return { level: 'debug', text };
}

export function info(text: string): Sentence {
  return { level: 'info', text };
}

export function done(text: string): Sentence {
  return { level: 'done', text };
}

export function warn(text: string): Sentence {
  return { level: 'warn', text };
}

/** What `migrate` and `watch` print when it is true, and only then. */
export const allApplied = '✅ All migrations applied';
