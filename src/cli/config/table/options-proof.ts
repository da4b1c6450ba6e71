import { parseIdentifier } from '../../../core/connection/connection.js';
import { accepted, refused, type Parsed } from '../../../core/text/words.js';
import { parseText } from './values.js';

/** How `verify` proves. */
export const proofOptions = {
  shadowUrl: {
    flag: '--shadow-url <url>',
    unset: 'an embedded server',
    parse: parseText,
    help: 'a server on which to make a database pgm_verify_… and drop it again, instead of an embedded one',
  },
  since: {
    flag: '--since <commit>',
    unset: 'a new database',
    parse: parseCommit,
    help: 'first apply the files as they are in a commit of git, as production has them, and prove those that differ',
  },
  from: {
    flag: '--from <url>',
    unset: 'a new database',
    parse: parseText,
    help: 'the same with the files that the history of a live database says are applied, in their contents as git knows them; nothing is written there',
  },
  against: {
    flag: '--against <url>',
    unset: 'nothing',
    parse: parseText,
    help: 'instead, compare what all files make on the throw-away database with what is in this one, and exit with 3 if anything differs; nothing is written there',
  },
  rows: {
    flag: '--rows <number>',
    default: '100',
    parse: parseRows,
    help: 'rows to put into tables of earlier files, so that statements that read or write them all are seen',
  },
  roles: {
    flag: '--roles <names>',
    unset: 'none',
    parse: parseRoles,
    help: 'roles that the files expect, separated by commas; made before the first file if they are missing',
  },
  junit: {
    flag: '--junit <file>',
    unset: 'none',
    completes: 'file',
    parse: parseText,
    help: 'write the findings to a file in the format of JUnit, too',
  },
} as const;

/** What `schema` compares with. */
export const schemaOptions = {
  schemaFile: {
    flag: '--check <file>',
    variable: 'PGM_SCHEMA_CHECK',
    unset: 'print the schema',
    completes: 'file',
    parse: parseText,
    help: 'compare the schema with a file, show the difference, and exit with 3 if there is one',
  },
} as const;

export function parseCommit(text: string): Parsed<string> {
  return /^[^-\s:]\S*$/.test(text)
    ? accepted(text)
    : refused('use the name of a commit: a hash, a tag, a branch, HEAD~1');
}

function parseRows(text: string): Parsed<number> {
  return /^\d{1,6}$/.test(text)
    ? accepted(Number(text))
    : refused('use a whole number from 0 to 999999');
}

function parseRoles(text: string): Parsed<readonly string[]> {
  const names = text.split(',').map((name) => parseIdentifier(name.trim()));
  const wrong = names.find((name) => name.kind === 'refused');
  if (wrong?.kind === 'refused') return wrong;
  return accepted(names.flatMap((name) => (name.kind === 'accepted' ? [name.value] : [])));
}
