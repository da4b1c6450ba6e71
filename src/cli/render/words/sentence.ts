import type { PgmEvent } from '../../../core/events.js';
import type { RefusedFile, Snapshot } from '../../../core/files/migration.js';
import { folderOf } from '../../../core/foreign/foreign-name.js';
import { printable } from '../../../core/files/names.js';
import { count, short } from '../../../core/text/words.js';
import { groupedBy } from '../../../core/text/grouped-by.js';

export type EventOf<K extends PgmEvent['kind']> = PgmEvent & { readonly kind: K };

export type Level = 'debug' | 'info' | 'done' | 'warn' | 'error';

/** What a sentence can be about. */
export type Topic =
  | 'contention'
  | 'dissolved'
  | 'file'
  | 'intent'
  | 'kept'
  | 'left-out'
  | 'lock'
  | 'missing'
  | 'order'
  | 'pooler'
  | 'postgres'
  | 'renamed'
  | 'result'
  | 'slow'
  | 'source-warning'
  | 'verdict'
  | 'watch';

/** One subject of sentences, such as one file. */
export type Slot = `${Topic} ${string}`;

/** What a query or an alert in a log store filters by. Times are milliseconds. */
export type Facts = Readonly<Record<string, unknown>>;

/** Names in the JSON log that are not the kind of an event. */
type Aspect =
  | 'all-migrations-missing'
  | 'baseline-planned'
  | 'file-refused'
  | 'files-ignored'
  | 'log-lines-lost'
  | 'migration-kept'
  | 'migration-missing'
  | 'migration-renamed'
  | 'migration-planned'
  | 'more-failed'
  | 'more-held'
  | 'more-missing'
  | 'order-differs'
  | 'postgres-back'
  | 'schema-left-out'
  | 'source-warning'
  | 'verdict';

/** An event in words: one line, and lines below it that belong to it. */
export interface Sentence {
  readonly level: Level;
  readonly text: string;
  readonly below?: readonly string[];
  /** What it is about. Without a slot it is always logged; with one only if it differs from the last one. */
  readonly slot?: Slot;
  /** What is compared with the last sentence in the slot, if numbers in the text vary; by default the text. */
  readonly gist?: string;
  /** Its name in the JSON log, if that is not the event's kind. */
  readonly aspect?: Aspect | PgmEvent['kind'];
  /** Its fields in the JSON log, if those are not the event's. */
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

/** How many files of a kind are reported one by one: those that failed, those held, those missing. Nobody reads more. */
export const mostTold = 20;

/** Makes a sentence of a text and what else is known about it. */
type Say = (text: string, about?: Omit<Sentence, 'level' | 'text'>) => Sentence;

function at(level: Level): Say {
  return (text, about = {}) => ({ ...about, level, text });
}

export const debug = at('debug');
export const info = at('info');
export const done = at('done');
export const warn = at('warn');
export const error = at('error');

/** For numbers of different lengths in one directory. */
export const otherOrder = 'numbers are sorted as numbers, so the order differs from that of ls';

/** What `migrate` and `watch` print when it is true, and only then. */
export const allApplied = '✅ All migrations applied';

/** What was found in a source with new content. */
export function sourceRead({ directory, snapshot }: EventOf<'source-read'>): readonly Sentence[] {
  const { refused, ignored, leftOut, warnings } = snapshot;
  return [
    found(directory, snapshot),
    ...refusedFiles(refused.map((file) => withDirectory(file, directory))),
    ...warnings.map((warning) =>
      warn(printable(warning), {
        slot: slotOf('source-warning', warning),
        aspect: 'source-warning',
        facts: {},
      }),
    ),
    ...(snapshot.orderDiffersFromBytes
      ? [info(otherOrder, { slot: slotOf('order'), aspect: 'order-differs', facts: {} })]
      : []),
    ...leftOut.map(({ schema, files }) =>
      info(`${schema} left out by --schemas (${count(files, 'file')})`, {
        slot: slotOf('left-out', schema),
        aspect: 'schema-left-out',
        facts: { schema, files },
      }),
    ),
    ...(ignored.length > 0 ? [ignoredFiles(ignored)] : []),
  ];
}

function found(directory: string, snapshot: Snapshot): Sentence {
  const { migrations, revision, generation, refused } = snapshot;
  const facts = {
    directory,
    revision,
    generation,
    migrations: migrations.length,
    refused: refused.length,
  };
  // The end of the run decides whether that is worth a warning.
  if (migrations.length === 0) return info(`no migrations found in ${directory}`, { facts });
  const schemas = [...new Set(migrations.map(({ schema }) => schema))];
  const what = `${count(migrations.length, 'migration')} in ${count(schemas.length, 'schema')} (${schemas.join(', ')})`;
  const swap = generation === null ? '' : `, generation ${generation}`;
  return info(`${what}, revision ${short(revision)}${swap}`, { facts });
}

/** A reason shared by many files, such as the layout of another tool, is reported once. */
function refusedFiles(refused: readonly RefusedFile[]): readonly Sentence[] {
  if (refused.length < 2) return refused.map(refusedFile);
  return [...groupedBy(refused, ({ reason }) => reason)].flatMap(([reason, files]) =>
    files.length < (reason.startsWith(folderOf) ? 2 : manyFiles)
      ? files.map(refusedFile)
      : [refusedTogether(files)],
  );
}

const manyFiles = 4;

function withDirectory(file: RefusedFile, directory: string): RefusedFile {
  const reason = file.reason.replace('pgm import DIR', `pgm import ${printable(directory)}`);
  return { ...file, reason };
}

function refusedTogether(files: readonly RefusedFile[]): Sentence {
  const [{ path, reason, byteOffset }] = files as [RefusedFile];
  const others = count(files.length - 1, 'other file');
  return error(`${printable(path)} and ${others} refused: ${reason}`, {
    aspect: 'file-refused',
    facts: { path, reason, byteOffset },
  });
}

function refusedFile({ path, reason, byteOffset }: RefusedFile): Sentence {
  const where = byteOffset === null ? '' : ` (at byte ${byteOffset})`;
  return error(`${printable(path)} refused: ${reason}${where}`, {
    aspect: 'file-refused',
    facts: { path, reason, byteOffset },
  });
}

function ignoredFiles(ignored: readonly string[]): Sentence {
  return debug(`ignored: ${ignored.map(printable).join(', ')}`, {
    aspect: 'files-ignored',
    facts: { files: ignored.length },
  });
}
