import type { Expr } from '../../../core/grammar/expressions.js';
import type {
  Body,
  NestedStatement,
  Parsed,
  Statement,
  Unread,
} from '../../../core/grammar/statement.js';
import { type RoutinePart, routineParts } from '../tree/plpgsql.js';
import type { Source } from './read-routine.js';

/** Where a parsed text is in the file. */
export interface TextPlace {
  readonly index: number;
  /** False if the file has it in another form: then everything in it has this place. */
  readonly isExact: boolean;
}

interface BodyReading {
  /** Where the text begins in the file; null if the file has it in another form. */
  readonly index: number | null;
  /** The place of everything in that case. */
  readonly fallback: number;
  /** The result of PL/pgSQL's parser for it. May throw. */
  readonly routine: () => unknown;
  readonly parse: (sql: string, place: TextPlace) => readonly Parsed[];
  readonly reasonOf: (error: unknown) => string;
}

export function readBody(source: Source, reading: BodyReading): Body {
  const { language } = source;
  if (language === 'sql')
    return { language, ...plain(reading.parse(source.text, placeOfBody(reading))) };
  if (language !== 'plpgsql') return { language, statements: [], unread: null };
  try {
    return {
      language,
      ...new RoutineReader(source.text, reading).read(routineParts(reading.routine())),
    };
  } catch (error) {
    const unread = { reason: reading.reasonOf(error), at: reading.index ?? reading.fallback };
    return { language, statements: [], unread };
  }
}

function placeOfBody({ index, fallback }: BodyReading): TextPlace {
  return { index: index ?? fallback, isExact: index !== null };
}

type Content = Pick<Body, 'statements' | 'unread'>;

function plain(all: readonly Parsed[]): Content {
  const statements = all.flatMap((each) => (each.kind === 'parsed' ? [alone(each.statement)] : []));
  return { statements, unread: firstUnread(all) };
}

function alone(statement: Statement): NestedStatement {
  return { statement, isConditional: false, conditions: [], caught: [] };
}

function firstUnread(all: readonly Parsed[]): Unread | null {
  const found = all.find(({ kind }) => kind === 'unread');
  return found?.kind === 'unread' ? { reason: found.reason, at: found.at } : null;
}

/** Reads the SQL in a PL/pgSQL body, whose parser returns lines instead of positions. */
class RoutineReader {
  readonly #seen = new Map<string, number>();
  /** Where each line begins: a body may have many, and many statements. */
  #lines: readonly number[] | null = null;

  constructor(
    readonly text: string,
    readonly reading: BodyReading,
  ) {}

  read(parts: readonly RoutinePart[]): Content {
    const statements: NestedStatement[] = [];
    let unread: Unread | null = null;
    for (const part of parts) {
      const place = this.#place(part);
      const parsed = part.kind === 'dynamic' ? this.#dynamic(part, place) : this.#one(part, place);
      if (parsed.kind === 'unread') unread ??= parsed;
      else statements.push(this.#nested(parsed.statement, part));
    }
    return { statements, unread };
  }

  #nested(
    statement: Statement,
    { isConditional, conditions, caught }: RoutinePart,
  ): NestedStatement {
    const read = conditions.flatMap((text) => this.#expression(text) ?? []);
    return { statement, isConditional, conditions: read, caught };
  }

  #one({ text }: RoutinePart, place: TextPlace): Parsed {
    const [first] = this.reading.parse(text, place);
    return first ?? { kind: 'unread', reason: 'there is no statement', at: place.index };
  }

  /** EXECUTE 'text': the text is run. */
  #dynamic({ text }: RoutinePart, place: TextPlace): Parsed {
    const value = this.#expression(text);
    const sql = value === null ? null : constantText(value);
    const body = sql === null ? null : plain(this.reading.parse(sql, within(text, sql, place)));
    const statement: Statement = {
      kind: 'execute',
      at: place.index,
      creates: null,
      writes: [],
      newer: [],
      passwords: [],
      body: body === null ? null : { language: 'sql', ...body },
    };
    return { kind: 'parsed', statement };
  }

  #expression(text: string): Expr | null {
    const [parsed] = this.reading.parse(`SELECT ROW(${text})`, {
      index: this.reading.fallback,
      isExact: false,
    });
    const statement = parsed?.kind === 'parsed' ? parsed.statement : null;
    if (statement?.kind !== 'select') return null;
    const [target] = statement.query.targets;
    return target?.kind === 'other' ? (target.parts[0] ?? null) : null;
  }

  /** Statements with the same words on the same line are found one after the other. */
  #place({ text, line }: RoutinePart): TextPlace {
    const { index, fallback } = this.reading;
    if (index === null) return { index: fallback, isExact: false };
    const start = this.#startOf(line);
    const from = Math.max(start, this.#seen.get(text) ?? 0);
    const found = this.text.indexOf(text, from);
    if (found === -1) return { index: index + start, isExact: false };
    this.#seen.set(text, found + text.length);
    return { index: index + found, isExact: true };
  }

  /** The end of the text for a line that it does not have. */
  #startOf(line: number): number {
    this.#lines ??= [0, ...Array.from(this.text.matchAll(/\n/g), ({ index }) => index + 1)];
    return this.#lines[line - 1] ?? this.text.length;
  }
}

/** The text of a constant, or of constants that `||` joins; null for anything else. */
function constantText(value: Expr): string | null {
  if (value.kind === 'constant') return value.value;
  if (value.kind !== 'operator' || value.name !== '||') return null;
  const parts = value.operands.map(constantText);
  return parts.includes(null) ? null : parts.join('');
}

/** What is between the quotes of a literal. */
function within(literal: string, value: string, { index, isExact }: TextPlace): TextPlace {
  const at = literal.indexOf(value);
  return at === -1 ? { index, isExact: false } : { index: index + at, isExact };
}
