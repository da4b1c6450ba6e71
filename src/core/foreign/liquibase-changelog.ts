import { content, isComment, type Line, linesOf } from './lines.js';
import type { Arrangement, FoundFile, LeftOut, ToolMigration, Unclear } from './tool-folder.js';

/** The first line of a changelog in SQL. */
export const formatted = /^\s*--\s*liquibase\s*formatted/im;

const changeSet = /^\s*--\s*changeset\s+("[^"]+"|[^:]+):\s*("[^"]+"|\S+)(.*)$/i;

/** The change sets of one changelog, in its order. */
export function changeSetsOf({ path, text }: FoundFile): Arrangement {
  const found: Found = { path, migrations: [], leftOut: [], unclear: [] };
  let open: Open | null = null;
  for (const line of withoutIgnored(linesOf(text ?? ''))) {
    const head = changeSet.exec(content(line));
    if (head !== null) {
      close(open, found);
      open = begin(line, head, found);
    } else if (open !== null) take(line, open, found);
    else if (!/^\s*(?:--.*)?$/s.test(content(line))) found.unclear.push(before(path, line));
    else found.unclear.push(...oddLine(path, line));
  }
  close(open, found);
  return found;
}

interface Found {
  readonly path: string;
  readonly migrations: ToolMigration[];
  readonly leftOut: LeftOut[];
  readonly unclear: Unclear[];
}

interface Open {
  readonly id: string;
  readonly author: string;
  readonly lines: Line[];
  readonly outside: boolean;
  readonly ignored: boolean;
  /** Inside a block comment that contains the rollback. */
  inRollback: boolean;
}

function begin(line: Line, head: RegExpExecArray, { path, unclear }: Found): Open {
  const [, author = '', id = '', attributes = ''] = head;
  const has = (name: string, value: string): boolean =>
    new RegExp(`\\b${name}:"?${value}\\b`, 'i').test(attributes);
  const odd = oddAttributes.find(({ attribute }) => attribute.test(attributes));
  if (odd !== undefined) unclear.push(at(path, line, odd));
  return {
    id: unquoted(id),
    author: unquoted(author),
    lines: [],
    outside: has('runInTransaction', 'false'),
    ignored: has('ignore', 'true'),
    inRollback: false,
  };
}

function take(line: Line, open: Open, { path, unclear }: Found): void {
  const text = content(line);
  if (open.inRollback) {
    open.inRollback = !/\*\/\s*$/.test(text);
    return;
  }
  if (/^\s*\/\*\s*liquibase\s*rollback\s*$/i.test(text)) open.inRollback = true;
  else if (!/^\s*--\s*(?:rollback(?:\s|$)|validCheckSum)/i.test(text)) {
    unclear.push(...oddLine(path, line));
    open.lines.push(line);
  }
}

function close(open: Open | null, { path, migrations, leftOut }: Found): void {
  if (open === null) return;
  const { id, author, lines, outside } = open;
  if (open.ignored) {
    leftOut.push({ path: `${path} (${author}:${id})`, why: 'its change set says ignore:true' });
    return;
  }
  const version = `${id}::${author}::${path}`;
  migrations.push({ path, number: '', name: id, lines, version, outside, isProgram: false });
}

/** Liquibase ignores the lines between `--ignoreLines:start` and `end`, or a number of them. */
function withoutIgnored(lines: readonly Line[]): readonly Line[] {
  let left = 0;
  return lines.filter((line) => {
    const word = /^--\s*ignoreLines:(\w+)/i.exec(content(line))?.[1]?.toLowerCase();
    if (word === 'start') left = Number.POSITIVE_INFINITY;
    else if (word === 'end') left = 0;
    else if (word !== undefined && left === 0) left = Number(word);
    else if (left > 0) left -= 1;
    else return true;
    return false;
  });
}

const oddAttributes = [
  {
    attribute: /\b(?:context|contextFilter|labels):/i,
    what: 'a context or label, by which Liquibase decides at run time whether this change set runs',
    advice: 'remove it if the change set always runs, else leave the change set out',
  },
  {
    attribute: /\bdbms:(?!\S*\bpostgresql\b)|\bdbms:\S*!postgresql\b/i,
    what: 'a change set for another database',
    advice: 'leave it out',
  },
  {
    attribute: /\brunAlways:true\b/i,
    what: 'a change set that runs each time',
    advice: 'let it run after pgm migrate; pgm runs a file again only when it changes',
  },
  {
    attribute: /\bfailOnError:false\b/i,
    what: 'a change set that may fail',
    advice: 'write it so that it does not fail, such as with IF EXISTS, and remove failOnError',
  },
  {
    attribute: /\bendDelimiter:(?!;(?:\s|$))\S/i,
    what: 'statements that do not end with ";"',
    advice: 'end them with ";", and remove endDelimiter',
  },
  {
    attribute: /\brunWith:/i,
    what: 'a change set that another program runs',
    advice: 'write it in SQL alone, and remove runWith',
  },
];

function oddLine(path: string, line: Line): readonly Unclear[] {
  const text = content(line);
  if (/^\s*--\s*preconditions?\b/i.test(text)) {
    const advice = 'write the condition in SQL, such as IF NOT EXISTS, and remove the line';
    return [at(path, line, { what: 'a Liquibase precondition, which pgm does not check', advice })];
  }
  const isProperty = /^\s*--\s*property\s/i.test(text);
  if (!isProperty && (isComment(line) || !/\$\{[^}]*\}/.test(text))) return [];
  const advice = 'write the value into the file';
  return [at(path, line, { what: 'a property, which Liquibase replaces with a value', advice })];
}

function before(path: string, line: Line): Unclear {
  const advice = 'remove it, or move it into a change set';
  return at(path, line, {
    what: 'SQL before the first change set, which Liquibase does not run',
    advice,
  });
}

function at(path: string, { number }: Line, said: Pick<Unclear, 'what' | 'advice'>): Unclear {
  return { path, line: number, column: 1, what: said.what, advice: said.advice };
}

function unquoted(text: string): string {
  return text.trim().replace(/^"(.*)"$/, '$1');
}
