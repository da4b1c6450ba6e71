import type { ForeignTool } from './foreign-tool.js';
import { tools } from './tools.js';
import { isLabel, type LineComment, shownOf, type Span, undoingHalf } from './undoing-half.js';

/** Why a file must not be applied, judged by its path alone; null if the name is not another tool's. */
export function foreignName(path: string): string | null {
  for (const { name, undoFile, layout } of tools) {
    if (undoFile?.test(path) === true) {
      return `it undoes a migration, as its name says (${name}), and pgm only goes forward: leave it out, as pgm import DIR does`;
    }
    if (layout?.path.test(path) === true) return layout.reason;
  }
  return null;
}

/**
 * The same for a file that undoes another one in the source, such as `001_x_down.sql` of `001_x_up.sql` or `001_x.sql`,
 * and `revert/001_x.sql` of `deploy/001_x.sql`. `paths`: all paths in lower case.
 */
export function undoneBeside(path: string, paths: ReadonlySet<string>): string | null {
  const other = counterparts(path.toLowerCase()).find((each) => paths.has(each));
  if (other === undefined) return null;
  return `it undoes ${other}, by its name, and pgm only goes forward: leave it out, or rename it if it is a migration of its own`;
}

/** Words for the direction back, each with the words for the direction forward. */
const opposites: Readonly<Record<string, readonly string[]>> = {
  down: ['up'],
  undo: ['do'],
  rollback: ['up', 'apply', 'migrate', 'deploy'],
  revert: ['up', 'apply', 'deploy'],
  reverse: ['forward'],
  backward: ['forward'],
  verify: ['deploy'],
};

function counterparts(path: string): string[] {
  const [directory = '', rest] = path.split(/\/(.*)/s);
  const beside = rest === undefined ? [] : (opposites[directory] ?? []);
  const ending = /^(.*)([-_.])([a-z]+)\.sql$/.exec(path);
  const [, stem = '', dash = '', word = ''] = ending ?? [];
  const forward = word === 'verify' ? [] : (opposites[word] ?? []);
  const plain = forward.length > 0 ? [`${stem}.sql`] : [];
  return [
    ...beside.map((name) => `${name}/${rest}`),
    ...forward.map((name) => `${stem}${dash}${name}.sql`),
    ...plain,
  ];
}

/** Why a file must not be applied as it is: a comment in it that controls another tool. */
export interface ForeignMark {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly advice: string;
}

/** True for a comment that may be a tool's mark; most are not, and need not be kept. */
export function maybeMark(comment: string): boolean {
  return hints.test(comment) || (halfHints.test(comment) && isLabel(comment));
}

/** Words of which one is in each label of a half. */
const halfHints = /\b(?:up|down|forward|backward|migrat|rollback|undo|rever(?:t|se))/i;

const hints =
  /goose|migrate|migration|drop\s+below|liquibase|rambler|@undo|\b(?:up|down)s?[^\p{L}\p{N}]*$/iu;

/** The first mark of a half that undoes the other one, or of a place from which another tool reads the file differently. */
export function foreignMark(comments: readonly LineComment[]): ForeignMark | null {
  return markedBy(comments)?.mark ?? null;
}

function markedBy(
  comments: readonly LineComment[],
): { readonly tool: ForeignTool; readonly mark: ForeignMark } | null {
  for (const tool of tools) {
    const { name, halves, special } = tool;
    const odd = special === undefined ? null : find(comments, special.comment);
    if (special !== undefined && odd !== null)
      return { tool, mark: { ...odd, message: special.what, advice: special.advice } };
    if (halves === undefined) continue;
    const hasUp = halves.up !== null && find(comments, halves.up) !== null;
    const down = find(comments, hasUp ? halves.down : halves.downAlone);
    if (down !== null) return { tool, mark: { ...down, message: twoHalves(name), advice } };
  }
  return null;
}

/**
 * The schemas of which no file may be applied, and why: most of their files are another tool's, unchanged. For almost
 * every schema, looking at three files is enough.
 */
export function foreignSchemas(
  files: readonly { readonly schema: string; readonly sql: string }[],
): ReadonlyMap<string, string> {
  const texts = new Map<string, string[]>();
  for (const { schema, sql } of files) {
    const others = texts.get(schema);
    if (others === undefined) texts.set(schema, [sql]);
    else others.push(sql);
  }
  const reasons = new Map<string, string>();
  for (const [schema, each] of texts) {
    const tool = toolOfMost(each);
    if (tool !== null) {
      reasons.set(schema, `${folderOf} ${tool}: pgm import DIR writes it as files that pgm runs`);
    }
  }
  return reasons;
}

function toolOfMost(texts: readonly string[]): string | null {
  const three = [texts[0], texts[texts.length >> 1], texts.at(-1)];
  if (texts.length < 2 || three.filter((text) => toolOf(text ?? '') !== null).length < 2) {
    return null;
  }
  const [tool, ...others] = texts.map(toolOf).filter((each) => each !== null);
  return tool === undefined || (others.length + 1) * 2 <= texts.length ? null : tool;
}

/** The beginning of the reason that holds for a whole folder. */
export const folderOf = 'this is a folder of';

/**
 * Judged by the beginning of a file, which is long enough for any marks that people write. Null for a tool whose folder
 * `pgm import` does not read: then each file is refused on its own, with its place.
 */
function toolOf(text: string): string | null {
  const beginning = text.slice(0, 64 * 1024);
  const marked = tools.find(({ mark }) => mark?.test(beginning));
  if (marked !== undefined) return marked.name;
  const comments: LineComment[] = [];
  for (const { index, 1: comment = '' } of beginning.matchAll(/^[ \t]*(--.*)$/gm)) {
    const end = index + comment.length;
    if (maybeMark(comment)) comments.push({ start: index, end, text: comment });
  }
  const tool = markedBy(comments)?.tool;
  return tool?.folder === undefined ? null : tool.name;
}

/** The same for the halves of no tool in particular. */
export function undoneMark(
  text: string,
  comments: readonly LineComment[],
  statements: readonly Span[],
): ForeignMark | null {
  const half = undoingHalf(text, comments, statements);
  if (half === null) return null;
  const message = 'the half that undoes the other one begins here, and pgm would run both';
  return { ...shownOf(half, half.text.length), message, advice };
}

function find(comments: readonly LineComment[], mark: RegExp): Span | null {
  for (const comment of comments) {
    const found = mark.exec(comment.text)?.[0];
    if (found !== undefined) return shownOf(comment, found.length);
  }
  return null;
}

function twoHalves(tool: string): string {
  return `the half of a ${tool} migration that undoes the other one begins here, and pgm would run both`;
}

const advice =
  'keep only the half that goes forward in this file, and leave out this line and what belongs to it';
