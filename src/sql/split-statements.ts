import type { SqlReading, TextRange } from '../core/sql-reading.js';
import { metaCommandAt, rowsAfter } from './inline.js';
import { Lexer, type Token } from './lexer.js';
import { type ClientCopy, OpenStatement } from './open-statement.js';
import { Pauses, turnOfOthers } from './pauses.js';

/** A statement as the plain lexer sees it. */
export interface RoughStatement {
  /** From its first to its last token, without the `;`. */
  readonly range: TextRange;
  /** Index after its `;`, or of the end of the text. */
  readonly semicolonEnd: number;
  readonly copies: ClientCopy | null;
  readonly data: TextRange | null;
  /** Index where SQL goes on after the statement and its rows. */
  readonly next: number;
}

/** What keeps a file from being read to its end. */
export type Obstacle = Extract<SqlReading, { kind: 'unterminated' | 'meta-command' }>;

/**
 * Finds statements, rows of COPY and commands of psql while it hands out the tokens of a file. Rows and commands are
 * passed over. After an obstacle it goes on as well as it can.
 */
export class StatementSplitter {
  readonly statements: RoughStatement[] = [];
  readonly skipped: TextRange[] = [];
  /** The first one. */
  obstacle: Obstacle | null = null;
  /** Where the first '…' opens that runs over a line end. */
  firstOverLines: number | null = null;
  readonly #lexer: Lexer;
  #open: OpenStatement | null = null;
  #nextLineEnd = -1;

  constructor(
    readonly text: string,
    from = 0,
  ) {
    this.#lexer = new Lexer(text, from);
  }

  /** Goes on to the end of the text or to an obstacle, letting others run in between: a file can be many megabytes long. */
  async run(): Promise<void> {
    const pauses = new Pauses();
    for (let token = this.next(); token !== null; token = this.next()) {
      if (this.obstacle !== null) return;
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
    if (token.kind === 'comment' || token.kind === 'block-comment') return;
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
    // What stands below a COPY without its `\.` may be rows or SQL: nothing more is read.
    const next = rows?.next ?? (wantsRows ? this.text.length : semicolonEnd);
    this.#lexer.jumpTo(next);
    const range = { start, end };
    this.statements.push({ range, semicolonEnd, copies, data: rows?.data ?? null, next });
  }

  #obey({ start }: Token): void {
    const { command, lineEnd, harmless } = metaCommandAt(this.text, start);
    this.#lexer.jumpTo(lineEnd);
    if (harmless && this.#open === null) this.skipped.push({ start, end: lineEnd });
    else this.obstacle ??= { kind: 'meta-command', command, at: start };
  }

  #noteUnterminated({ kind, start }: Token): void {
    const what = enclosures[kind];
    if (what === undefined) return;
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

/** What `splitStatements` answers. */
export type Split =
  | Obstacle
  | {
      readonly kind: 'split';
      readonly statements: readonly RoughStatement[];
      readonly skipped: readonly TextRange[];
    };

/** Reads a whole file with the plain lexer. */
export async function splitStatements(text: string): Promise<Split> {
  const splitter = new StatementSplitter(text);
  await splitter.run();
  const { statements, skipped, obstacle } = splitter;
  return obstacle ?? { kind: 'split', statements, skipped };
}
