import type { Expr } from '../../core/grammar/expressions.js';
import type {
  Body,
  NestedStatement,
  Parsed,
  Statement,
  Unread,
} from '../../core/grammar/statement.js';
import { indexOfLine } from '../../core/text/position.js';
import { type RoutinePart, routineParts } from './plpgsql.js';
import type { Source } from './read-routine.js';

export interface BodyReading {
  /** Where the text begins in the file; null if it stands there in another form. */
  readonly index: number | null;
  /** The place of everything in that case. */
  readonly fallback: number;
  /** What the parser of PL/pgSQL makes of it. It may throw. */
  readonly routine: () => unknown;
  readonly parse: (sql: string, index: number) => readonly Parsed[];
  readonly reasonOf: (error: unknown) => string;
}

export function readBody(source: Source, reading: BodyReading): Body {
  const { language } = source;
  if (language === 'sql')
    return { language, ...plain(reading.parse(source.text, reading.index ?? reading.fallback)) };
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

/** Reads the SQL in a body of PL/pgSQL, whose parser gives lines and no places. */
class RoutineReader {
  readonly #seen = new Map<string, number>();

  constructor(
    readonly text: string,
    readonly reading: BodyReading,
  ) {}

  read(parts: readonly RoutinePart[]): Content {
    const statements: NestedStatement[] = [];
    let unread: Unread | null = null;
    for (const part of parts) {
      const at = this.#place(part);
      const parsed = part.kind === 'dynamic' ? this.#dynamic(part, at) : this.#one(part.text, at);
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

  #one(sql: string, at: number): Parsed {
    const [first] = this.reading.parse(sql, at);
    return first ?? { kind: 'unread', reason: 'there is no statement', at };
  }

  /** EXECUTE 'text': the text is run. */
  #dynamic({ text }: RoutinePart, at: number): Parsed {
    const value = this.#expression(text);
    const sql = value?.kind === 'constant' ? value.value : null;
    const body = sql === null ? null : { language: 'sql', ...plain(this.reading.parse(sql, at)) };
    const placed =
      body === null
        ? null
        : {
            ...body,
            statements: body.statements.map((each) => ({
              ...each,
              statement: { ...each.statement, at },
            })),
          };
    const statement: Statement = {
      kind: 'execute',
      at,
      creates: null,
      writes: [],
      newer: [],
      passwords: [],
      body: placed,
    };
    return { kind: 'parsed', statement };
  }

  #expression(text: string): Expr | null {
    const [parsed] = this.reading.parse(`SELECT ROW(${text})`, this.reading.fallback);
    const statement = parsed?.kind === 'parsed' ? parsed.statement : null;
    if (statement?.kind !== 'select') return null;
    const [target] = statement.query.targets;
    return target?.kind === 'other' ? (target.parts[0] ?? null) : null;
  }

  /** Statements with the same words on the same line are found one behind the other. */
  #place({ text, line }: RoutinePart): number {
    const { index, fallback } = this.reading;
    if (index === null) return fallback;
    const from = Math.max(indexOfLine(this.text, line), this.#seen.get(text) ?? 0);
    const found = this.text.indexOf(text, from);
    if (found === -1) return index + indexOfLine(this.text, line);
    this.#seen.set(text, found + text.length);
    return index + found;
  }
}
