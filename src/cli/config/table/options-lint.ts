import { accepted, refused, type Parsed } from '../../../core/text/words.js';
import { parseCommit } from './options-proof.js';
import { oneOf, parseText, toggle } from './values.js';

/** What `lint` looks for, and how it reports it. */
export const lintOptions = {
  rules: toggle('--rules', 'list the rules, and lint nothing'),
  explain: {
    flag: '--explain <rule>',
    unset: 'none',
    parse: parseText,
    help: 'explain what a rule finds, what happens in production and what to write instead, and lint nothing',
  },
  appliedTo: {
    flag: '--applied-to <commit>',
    unset: 'nothing is: every file counts as still to run, and the tables that they make as new',
    parse: parseCommit,
    help: 'what is deployed: the files as they are in a commit of git; locks and lost data are reported for the others only',
  },
  live: {
    flag: '--database-url <url>',
    variable: 'PGM_LINT_DATABASE_URL',
    unset: 'no database is asked',
    parse: parseText,
    help: 'the same from the history of a live database, which says which files are applied; nothing is written there, and DATABASE_URL is not read',
  },
  postgres: {
    flag: '--postgres <major>',
    default: '18',
    parse: parseMajor,
    help: 'the oldest PostgreSQL that the files must run on: 14 to 18',
  },
  failOn: {
    flag: '--fail-on <severity>',
    default: 'error',
    parse: oneOf('error', 'warning'),
    help: 'exit with 1 if there is a finding at least this severe: error or warning',
  },
  facts: {
    flag: '--facts <file>',
    unset: 'none',
    parse: parseText,
    help: 'what pgm verify --json printed for the same files: findings then say whether it saw them',
  },
  format: {
    flag: '--format <format>',
    default: 'text',
    parse: oneOf('text', 'json', 'sarif', 'github', 'gitlab', 'junit'),
    help: 'text, json, sarif, github (the commands of GitHub Actions), gitlab (code quality) or junit',
  },
} as const;

function parseMajor(text: string): Parsed<number> {
  return /^1[4-8]$/.test(text) ? accepted(Number(text)) : refused('use 14, 15, 16, 17 or 18');
}
