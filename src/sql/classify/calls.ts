import { identifierValue, keywordOf } from '../lex/word.js';
import type { Head } from './head.js';

/**
 * True if the statement calls a function, from the token number `from` on, that is not known to leave the database
 * unchanged and to return the same whatever the database contains.
 */
export function callsSomething({ text, tokens, words }: Head, from = 0): boolean {
  return tokens.some((token, at) => {
    if (at < from || words[at + 1] !== '(') return false;
    if (token.kind === 'quoted-identifier') return true;
    if (token.kind !== 'word' || notCalls.has(keywordOf(text, token))) return false;
    const isQualified = words[at - 1] === '.' && words[at - 2] !== 'PG_CATALOG';
    return isQualified || !known.has(identifierValue(text, token));
  });
}

/** Words before a parenthesis that are not function calls. */
const notCalls: ReadonlySet<string> = new Set(
  (
    'ALL AND ANY ARRAY AS BETWEEN BIT BY CHAR CHARACTER CHECK CONFLICT DECIMAL DEFAULT DISTINCT ELSE EXCEPT EXISTS FILTER FLOAT ' +
    'FROM IN INCLUDE INTERSECT INTERVAL IS JOIN KEY LATERAL LIKE LIMIT NOT NUMERIC OFFSET ON OR OVER RETURNING ROW SELECT SET ' +
    'SOME THEN TIME TIMESTAMP TIMESTAMPTZ UNION UNIQUE USING VALUES VARCHAR VARYING WHEN WHERE WITH WITHIN'
  ).split(' '),
);

const known: ReadonlySet<string> = new Set(
  (
    'abs array_length cast ceil char_length chr clock_timestamp coalesce concat concat_ws count current_setting date_part ' +
    'date_trunc decode encode extract floor format gen_random_uuid greatest initcap json_build_array json_build_object ' +
    'jsonb_build_array jsonb_build_object least left length lower lpad ltrim make_date make_interval make_timestamp ' +
    'make_timestamptz max md5 min now nullif octet_length overlay pg_sleep position random repeat replace right round rpad ' +
    'rtrim set_config sha256 split_part statement_timestamp string_to_array substr substring sum to_char to_date to_json ' +
    'to_jsonb to_number to_timestamp to_tsvector transaction_timestamp translate trim upper uuid_generate_v4 uuidv4 uuidv7 version'
  ).split(' '),
);
