import { maybeMark } from '../../core/foreign/foreign-name.js';
import { isLabel, type LineComment } from '../../core/foreign/undoing-half.js';
import type { Enclosure, SqlReading } from '../../core/statements/sql-reading.js';
import type { TextRange } from '../../core/text/text-range.js';
import { metaCommandAt, oneLineOf, rowsAfter } from './inline.js';
import { Lexer } from '../lex/lexer.js';
import type { Token } from '../lex/word.js';
import { type ClientCopy, OpenStatement } from './open-statement.js';

/** A statement as the plain lexer sees it. */
export interface RoughStatement {
  /** From its first to its last token, without the `;`. */
  readonly range: TextRange;
  /** Index after its `;`, or of the end of the text. */
  readonly semicolonEnd: number;
  readonly copies: ClientCopy | null;
  readonly data: TextRange | null;
  /** Index where SQL continues after the statement and its rows. */
  readonly next: number;
}

/** A reason why a file cannot be read to its end. */
type Obstacle = Extract<SqlReading, { kind: 'unterminated' | 'meta-command' }>;

/**
 * Finds statements, rows of COPY and psql commands while it returns the tokens of a file. Rows and commands are
 * skipped. After an obstacle it continues as well as it can. A file may have hundreds of thousands of statements: each is
 * passed on when it ends, and not kept.
 */
export class StatementSplitter {
  readonly skipped: TextRange[] = [];
  readonly marks: LineComment[] = [];
  /** The first one. */
  obstacle: Obstacle | null = null;
  /** What never ends, even if it comes after another obstacle. */
  unterminated: Enclosure | null = null;
  /** Start of the first '…' that spans several lines. */
  firstOverLines: number | null = null;
  readonly #lexer: Lexer;
  #open: OpenStatement | null = null;
  #nextLineEnd = -1;

  constructor(
    readonly text: string,
    readonly onStatement: (statement: RoughStatement) => void,
  ) {
    this.#lexer = new Lexer(text);
  }

  /** Reads to the end of the text, or until `isOver`, and lets the event loop run in between: files can be very long. */
  async run(isOver: () => boolean = () => false): Promise<void> {
    const pauses = new Pauses();
    for (let token = this.next(); token !== null; token = this.next()) {
      if (isOver()) return;
      if (pauses.isDueAt(token.end)) await turnOfOthers();
    }
  }

  next(): Token | null {
    const token = this.#lexer.next();
    if (token === null) this.#close(this.text.length);
    else this.#take(token);
    return token;
  }

  #take(token: Token): void {
    if (!token.closed) this.#noteUnterminated(token);
    if (token.kind === 'comment' || token.kind === 'block-comment') {
      this.#noteMark(token);
      return;
    }
    if (token.kind === 'string') this.#noteLineEnd(token);
    const symbol = token.kind === 'symbol' ? this.text[token.start] : null;
    if (symbol === '\\') this.#obey(token);
    else if (symbol === ';' && this.#open?.keepsSemicolon !== true) this.#close(token.end);
    else if (this.#open === null) this.#open = new OpenStatement(this.text, token);
    else this.#open.add(token);
  }

  #close(semicolonEnd: number): void {
    if (this.#open === null) return;
    const { start, end, copies } = this.#open;
    this.#open = null;
    const wantsRows = copies === 'from-stdin';
    const rows = wantsRows ? rowsAfter(this.text, semicolonEnd) : null;
    // After a COPY without its `\.` the text may be rows or SQL, so nothing more is read.
    const next = rows?.next ?? (wantsRows ? this.text.length : semicolonEnd);
    this.#lexer.jumpTo(next);
    const range = { start, end };
    this.onStatement({ range, semicolonEnd, copies, data: rows?.data ?? null, next });
  }

  #obey({ start }: Token): void {
    const { command, lineEnd, harmless } = metaCommandAt(this.text, start);
    this.#lexer.jumpTo(lineEnd);
    if (harmless && this.#open === null) this.skipped.push({ start, end: lineEnd });
    else this.obstacle ??= { kind: 'meta-command', command, at: start };
  }

  #noteMark({ kind, start, end }: Token): void {
    const isLine = kind === 'comment';
    const text = isLine ? this.text.slice(start, end) : oneLineOf(this.text, { start, end });
    if (text === null || !(isLine ? maybeMark(text) : isLabel(text))) return;
    const before = this.text.slice(this.text.lastIndexOf('\n', start) + 1, start);
    if (/(?:^|\r)[ \t\r]*$/.test(before)) this.marks.push({ start, end, text });
  }

  #noteUnterminated({ kind, start }: Token): void {
    const what = enclosures[kind];
    if (what === undefined) return;
    this.unterminated ??= what;
    const { firstOverLines } = this;
    this.obstacle ??= { kind: 'unterminated', what, at: start, firstOverLines };
  }

  #noteLineEnd({ start, end, closed }: Token): void {
    if (this.firstOverLines !== null || !closed) return;
    if (this.#nextLineEnd < start) {
      const found = this.text.indexOf('\n', start);
      this.#nextLineEnd = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    if (this.#nextLineEnd < end) this.firstOverLines = start;
  }
}

const enclosures: Partial<
  Record<Token['kind'], Extract<Obstacle, { kind: 'unterminated' }>['what']>
> = {
  string: 'quoted string',
  'quoted-identifier': 'quoted identifier',
  'dollar-string': 'dollar-quoted string',
  'block-comment': 'block comment',
};

type Split<S> =
  | Obstacle
  | {
      readonly kind: 'split';
      readonly statements: readonly S[];
      readonly skipped: readonly TextRange[];
      readonly marks: readonly LineComment[];
    };

/** Reads a whole file with the plain lexer; `read` is called for each statement. */
export async function splitStatements<S>(
  text: string,
  read: (statement: RoughStatement) => S,
): Promise<Split<S>> {
  const statements: S[] = [];
  const splitter = new StatementSplitter(text, (each) => statements.push(read(each)));
  await splitter.run(() => splitter.obstacle !== null);
  const { skipped, marks, obstacle } = splitter;
  return obstacle ?? { kind: 'split', statements, skipped, marks };
}

/** The statements of a whole file, as far as they can be recognised after an obstacle. */
export async function splitAll<S>(
  text: string,
  read: (statement: RoughStatement) => S,
): Promise<{ readonly statements: S[]; readonly unterminated: Enclosure | null }> {
  const statements: S[] = [];
  const splitter = new StatementSplitter(text, (each) => statements.push(read(each)));
  await splitter.run();
  return { statements, unterminated: splitter.unterminated };
}

/** Says when reading a long text should let the event loop run; for a short text it never does. */
class Pauses {
  #next = stretch;

  isDueAt(index: number): boolean {
    if (index < this.#next) return false;
    this.#next = index + stretch;
    return true;
  }
}

/** UTF-16 units between two pauses: some 10 ms of work. */
export const stretch = 128 * 1024;

/** Resolves after one turn of the event loop. */
export function turnOfOthers(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
