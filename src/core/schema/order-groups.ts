import { byCodeUnits } from '../catalog/catalog.js';
import { type Group, parts, type Statement } from './parts/statements.js';
import { commentedOut, commentLine } from './parts/text.js';

/** A group as it is printed, with the statements that could go there. */
export interface Ordered {
  readonly group: Group;
  readonly statements: readonly string[];
}

/**
 * Sorts groups so that each statement finds what it needs: in their own order, but with what a group needs before it.
 * Statements that depend on each other in a circle come later than the rest of their group.
 */
export function orderGroups(groups: readonly Group[]): readonly Ordered[] {
  return new Ordering(groups.toSorted(compareGroups)).run();
}

function compareGroups(a: Group, b: Group): number {
  return (
    parts.indexOf(a.part) - parts.indexOf(b.part) ||
    byCodeUnits(a.schema ?? '', b.schema ?? '') ||
    a.rank - b.rank ||
    byCodeUnits(a.identity, b.identity)
  );
}

interface Waiting {
  readonly group: Group;
  readonly statement: Statement;
}

class Ordering {
  readonly #groups: readonly Group[];
  readonly #makers = new Map<string, Group>();
  readonly #made = new Set<string>();
  readonly #seen = new Set<Group>();
  readonly #ordered: Ordered[] = [];
  #waiting: readonly Waiting[] = [];

  constructor(groups: readonly Group[]) {
    this.#groups = groups;
    for (const group of groups) {
      for (const { makes } of group.statements) {
        for (const name of makes) this.#makers.set(name, group);
      }
    }
  }

  run(): readonly Ordered[] {
    // What comes at the end applies to all that is created, in a circle or not.
    for (const isEnd of [false, true]) {
      const groups = this.#groups.filter(({ part }) => (part === 'end') === isEnd);
      for (const group of groups) this.#visit(group);
      while (this.#waiting.length > 0) this.#breakCircle();
    }
    return this.#ordered;
  }

  #visit(group: Group): void {
    if (this.#seen.has(group)) return;
    this.#seen.add(group);
    const needs = new Set(group.statements.flatMap((statement) => statement.needs));
    const before = new Set([...needs].flatMap((name) => this.#makers.get(name) ?? []));
    for (const other of [...before].toSorted(compareGroups)) this.#visit(other);
    const here = group.statements.filter((statement) => {
      const isReady = this.#isReady(statement);
      if (isReady) this.#note(statement);
      else this.#waiting = [...this.#waiting, { group, statement }];
      return isReady;
    });
    this.#print(group, here);
    this.#retry();
  }

  #isReady({ needs }: Statement): boolean {
    return needs.every((name) => this.#made.has(name) || !this.#makers.has(name));
  }

  #note({ makes }: Statement): void {
    for (const name of makes) this.#made.add(name);
  }

  #print(group: Group, statements: readonly Statement[]): void {
    const texts = statements.map(({ text }) => text).filter((text) => text !== '');
    if (texts.length > 0) this.#ordered.push({ group, statements: texts });
  }

  /** Prints what was waiting, until none of the rest can be printed. */
  #retry(): void {
    for (;;) {
      const ready = this.#waiting.find(({ statement }) => this.#isReady(statement));
      if (ready === undefined) return;
      const { group } = ready;
      const done = new Set<Statement>();
      for (const { group: of, statement } of this.#waiting) {
        if (of !== group || !this.#isReady(statement)) continue;
        this.#note(statement);
        done.add(statement);
      }
      this.#waiting = this.#waiting.filter(({ statement }) => !done.has(statement));
      this.#print(group, [...done]);
    }
  }

  /** A view can first be created empty; anything else becomes a comment, and so does what needs it. */
  #breakCircle(): void {
    const first =
      this.#waiting.find(({ statement: { standIn } }) => standIn !== undefined) ?? this.#waiting[0];
    if (first === undefined) return;
    const { group, statement } = first;
    const { standIn, text, needs, makes } = statement;
    this.#waiting = this.#waiting.filter((each) => each !== first);
    if (standIn === undefined) {
      const told = commentLine(
        `not loadable: ${makes[0] ?? group.identity}: it and what it needs need each other`,
      );
      this.#print(group, [{ text: `${told}\n${commentedOut(text)}`, needs, makes }]);
    } else {
      this.#note(statement);
      const whole = {
        text: text.replace(/^CREATE VIEW/, 'CREATE OR REPLACE VIEW'),
        needs,
        makes: [`whole ${group.identity}`],
      };
      this.#makers.set(`whole ${group.identity}`, group);
      this.#print(group, [{ text: standIn, needs, makes }]);
      this.#waiting = [...this.#waiting, { group, statement: whole }];
    }
    this.#retry();
  }
}
