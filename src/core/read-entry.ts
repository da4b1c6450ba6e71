import { isAscii } from 'node:buffer';
import type { Migration, MigrationKey, RefusedFile, SourceEntry } from './migration.js';
import { type NamedPath, parsePath, type SchemaRule } from './names.js';
import { AsciiText, type SqlText } from './sql-text.js';
import { finish, type Steps } from './steps.js';
import {
  checksumInSteps,
  checksumOf,
  decode,
  decodeInSteps,
  findFault,
  hasNoStatement,
  isWithoutStatement,
  type TextReading,
} from './text.js';
import { withoutMark } from './utf8.js';

/** What an entry means. */
export type EntryReading =
  | { readonly kind: 'migration'; readonly file: Migration; readonly isEmpty: boolean }
  | { readonly kind: 'refused'; readonly file: RefusedFile };

/** Bytes of a file whose text is made at once; of a longer one that is ASCII the bytes are kept instead. */
export const shortLength = 1 << 16;

type Entry = Exclude<SourceEntry, { kind: 'ignored' }>;

/** `readEntry` of all but long files, at once; null for those. Ten thousand files have no time for steps in each. */
export function readShortEntry(entry: Entry, rule: SchemaRule): EntryReading | null {
  const named = parsePath(entry.path, rule);
  if (entry.kind === 'refused') return refusedEntry(entry.path, named, entry.reason);
  if (named.kind === 'refused') return refusedEntry(entry.path, named, named.reason);
  return entry.bytes.length > shortLength
    ? null
    : readingOf(entry.path, named, readShort(entry.bytes));
}

/** Looks at the name first, so that even a file that cannot be read is known by its key. */
export function* readEntry(entry: Entry, rule: SchemaRule): Steps<EntryReading> {
  const named = parsePath(entry.path, rule);
  if (entry.kind === 'refused') return refusedEntry(entry.path, named, entry.reason);
  if (named.kind === 'refused') return refusedEntry(entry.path, named, named.reason);
  const { path, bytes } = entry;
  const content = bytes.length > shortLength ? yield* readLong(bytes) : readShort(bytes);
  return readingOf(path, named, content);
}

function refusedEntry(path: string, named: NamedPath, reason: string): EntryReading {
  const isNamed = named.kind === 'migration';
  const key = isNamed ? keyOf(path, named) : null;
  return refused({ path, key, schema: isNamed ? named.schema : null, reason, byteOffset: null });
}

type Named = Extract<NamedPath, { kind: 'migration' }>;

function readingOf(path: string, named: Named, content: Content): EntryReading {
  const { schema, filename, number } = named;
  const key = keyOf(path, named);
  if (content.kind === 'bad') {
    const { reason, byteOffset } = content;
    return refused({ path, key, schema, reason, byteOffset });
  }
  const { checksum, sql, isEmpty } = content;
  const file = { key, schema, filename, number, checksum, sql, path };
  return { kind: 'migration', file, isEmpty };
}

/** In a tree the same text as the path, and once in memory. */
function keyOf(path: string, { schema, filename }: Named): MigrationKey {
  return path.includes('/') ? path : `${schema}/${filename}`;
}

function refused(file: RefusedFile): EntryReading {
  return { kind: 'refused', file };
}

type Content =
  | {
      readonly kind: 'text';
      readonly checksum: string;
      readonly isEmpty: boolean;
      readonly sql: SqlText;
    }
  | Extract<TextReading, { kind: 'bad' }>;

function readShort(bytes: Uint8Array): Content {
  const text = decode(bytes);
  if (mayHideFault.test(text)) return readOddly(bytes);
  const checksum = checksumOf(text);
  return { kind: 'text', checksum, isEmpty: holdsNoStatement(text), sql: text };
}

/** NUL, a byte order mark, and what stands for bytes that are no text, but may also be part of one. */
const mayHideFault = /[\0\ufffd]|^\ufeff/;

function readOddly(bytes: Uint8Array): Content {
  const fault = finish(findFault(bytes));
  if (fault !== null) return fault;
  const sql = decode(withoutMark(bytes));
  return { kind: 'text', checksum: checksumOf(sql), isEmpty: holdsNoStatement(sql), sql };
}

/** Hardly any text begins like one. */
function holdsNoStatement(text: string): boolean {
  return !/^[^ \t\n\r\f\v;/-]/.test(text) && finish(isWithoutStatement(text));
}

function* readLong(bytes: Uint8Array): Steps<Content> {
  const fault = yield* findFault(bytes);
  if (fault !== null) return fault;
  const unmarked = withoutMark(bytes);
  const checksum = yield* checksumInSteps(unmarked);
  const isEmpty = yield* hasNoStatement(unmarked);
  // Other text takes ten times as long to decode, which nobody could do in one go later, and its indices are not those of
  // its bytes.
  const sql = isAscii(unmarked) ? new AsciiText(unmarked) : yield* decodeInSteps(unmarked);
  return { kind: 'text', checksum, isEmpty, sql };
}
