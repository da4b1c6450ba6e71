import { contentOf } from './literal-value.js';
import type { TextRange } from '../../text/text-range.js';

/** A literal that names something, as an argument of a function or before a cast; not in code about passwords. */
export function isName(text: string, range: TextRange): boolean {
  const before = text.slice(Math.max(0, range.start - 400), range.start);
  const isArgument = nameArgument.test(before) || privilegeArgument.test(before);
  const content = contentOf(text, range);
  const isWord = identifier.test(text.slice(content.start, content.end));
  const isCast = castToName.test(text.slice(range.end, range.end + 40));
  return isWord && (isArgument || isCast) && !isNearPassword(text, range);
}

/** True if the statement of the literal, or what it is in, has to do with passwords or keys. */
export function isNearPassword(text: string, { start, end }: TextRange): boolean {
  const before = text.slice(Math.max(0, start - 2000), start);
  const after = text.slice(end, end + 2000);
  const statement =
    before.slice(before.lastIndexOf(';') + 1) + text.slice(start, end) + untilEnd(after);
  return password.test(statement);
}

function untilEnd(after: string): string {
  const end = after.indexOf(';');
  return end === -1 ? after : after.slice(0, end);
}

const password =
  /pass(?:w|phrase|\b)|pwd|secret|crypt|identified|token|credential|api_?key|hmac|digest|dblink/i;
const identifier = /^[\p{L}_][\p{L}\p{N}_$.]*$/u;
const nameArgument =
  /\b(?:nextval|setval|currval|to_reg\w+|pg_get_serial_sequence|current_setting|set_config|pg_\w*relation_size|pg_create_\w+_slot|pg_drop_replication_slot|create_hypertable)\s*\(\s*$/i;
const privilegeArgument = /\b(?:has_\w+_privilege|pg_has_role)\s*\((?:[^()';]|'[^']*')*$/i;
const castToName =
  /^\s*::\s*reg(?:class|role|type|proc|procedure|namespace|config|oper|operator)\b/i;
