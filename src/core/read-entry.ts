import { isAscii, isUtf8 } from 'node:buffer';
import type { Migration, RefusedFile, SourceEntry } from './migration.js';
import { parsePath } from './names.js';
import { finish, type Steps } from './steps.js';
import {
  checksumInSteps,
  decode,
  decodeBytewise,
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

/** Bytes of a file whose text is made at once; of a longer one the bytes are kept instead, until the text is asked for. */
export const shortLength = 1 << 16;

/** Looks at the name first, so that even a file that cannot be read is known by its key. */
export function* readEntry(
  entry: Exclude<SourceEntry, { kind: 'ignored' }>,
  reserved: readonly string[],
): Steps<EntryReading> {
  const { path } = entry;
  const named = parsePath(path, reserved);
  if (named.kind === 'refused') {
    const reason = entry.kind === 'refused' ? entry.reason : named.reason;
    return refused({ path, key: null, schema: null, reason, byteOffset: null });
  }
  const { schema, filename, number } = named;
  // The same text, and once in memory.
  const key = path.includes('/') ? path : `${schema}/${filename}`;
  if (entry.kind === 'refused') {
    return refused({ path, key, schema, reason: entry.reason, byteOffset: null });
  }
  const content = yield* readContent(entry.bytes);
  if (content.kind === 'bad') {
    const { reason, byteOffset } = content;
    return refused({ path, key, schema, reason, byteOffset });
  }
  const { checksum, sql, isEmpty } = content;
  const file =
    typeof sql === 'string'
      ? { key, schema, filename, number, checksum, sql, path }
      : withLateText({ key, schema, filename, number, checksum, path }, sql);
  return { kind: 'migration', file, isEmpty };
}

function refused(file: RefusedFile): EntryReading {
  return { kind: 'refused', file };
}

/** What a text is going to be made of. */
interface LateText {
  readonly ascii: Uint8Array;
}

type Content =
  | {
      readonly kind: 'text';
      readonly checksum: string;
      readonly isEmpty: boolean;
      readonly sql: string | LateText;
    }
  | Extract<TextReading, { kind: 'bad' }>;

function* readContent(bytes: Uint8Array): Steps<Content> {
  return bytes.length <= shortLength ? readShort(bytes) : yield* readLong(bytes);
}

function readShort(bytes: Uint8Array): Content {
  const fault = isUtf8(bytes) && !bytes.includes(0) ? null : finish(findFault(bytes));
  if (fault !== null) return fault;
  const unmarked = withoutMark(bytes);
  const sql = decode(unmarked);
  const checksum = finish(checksumInSteps(unmarked));
  return { kind: 'text', checksum, isEmpty: finish(isWithoutStatement(sql)), sql };
}

function* readLong(bytes: Uint8Array): Steps<Content> {
  const fault = yield* findFault(bytes);
  if (fault !== null) return fault;
  const unmarked = withoutMark(bytes);
  const checksum = yield* checksumInSteps(unmarked);
  const isEmpty = yield* hasNoStatement(unmarked);
  // Other text takes ten times as long to decode, which nobody could do in one go later.
  const sql = isAscii(unmarked) ? { ascii: unmarked } : yield* decodeInSteps(unmarked);
  return { kind: 'text', checksum, isEmpty, sql };
}

function withLateText(named: Omit<Migration, 'sql'>, { ascii }: LateText): Migration {
  let text: string | null = null;
  return {
    ...named,
    ascii,
    get sql() {
      text ??= decodeBytewise(ascii);
      return text;
    },
  };
}
