/** What one statement does to the database, as far as its words say. */
export interface StatementEffect {
  /** Its name in messages: `CREATE OR REPLACE VIEW`. */
  readonly command: string;
  /** It creates something new, or nothing, and removes nothing: CREATE TABLE, ALTER … ADD, INSERT … VALUES, SELECT 1. */
  readonly adds: boolean;
  /** Which objects it affects: none, those that it names, or possibly any. */
  readonly reach: 'nothing' | 'named' | 'anything';
  /** Objects that it creates, changes or adds to, in lower case unless quoted, without their schema. */
  readonly subjects: ReadonlySet<string>;
  /** Every word that may be a name, the subjects too. */
  readonly names: ReadonlySet<string>;
}

/**
 * The effects of those files of a schema that should have run before others, and have not. A later file may run only if
 * the database ends up the same either way: each of its statements adds, and no object affected by one side is named by
 * the other, because two columns, or IF NOT EXISTS, depend on the order. Rows inserted by both do not, except for their
 * numbers from a sequence.
 *
 * A check takes time for the names in the file, however many files there are.
 */
export class EarlierEffects<File> {
  readonly #files: File[] = [];
  #free: { readonly at: number; readonly command: string } | null = null;
  readonly #all = new Named();
  /** Without inserted rows. */
  readonly #others = new Named();

  add(file: File, effects: readonly StatementEffect[]): void {
    const at = this.#files.push(file) - 1;
    for (const effect of effects) {
      if (effect.reach === 'nothing') continue;
      if (effect.reach === 'anything') this.#free ??= { at, command: effect.command };
      this.#all.note(effect, at);
      if (!isInsert(effect)) this.#others.note(effect, at);
    }
  }

  /** The first file that one with these effects, each of which adds, has to wait for, and why; null if there is none. */
  blocking(
    effects: readonly StatementEffect[],
  ): { readonly file: File; readonly because: string } | null {
    if (effects.every(({ reach }) => reach === 'nothing')) return null;
    const shared = this.#shared(effects);
    const free = this.#free;
    if (free !== null && (shared === null || free.at <= shared.at))
      return this.#at(free.at, `it may change anything (${free.command})`);
    return shared && this.#at(shared.at, `both name ${shared.name}, so their order matters`);
  }

  #at(at: number, because: string): { readonly file: File; readonly because: string } | null {
    const file = this.#files[at];
    return file === undefined ? null : { file, because };
  }

  #shared(effects: readonly StatementEffect[]): Shared | null {
    const found: Shared[] = [];
    for (const effect of effects) {
      if (effect.reach === 'nothing') continue;
      const { subjects, names } = isInsert(effect) ? this.#others : this.#all;
      found.push(...sharedIn(effect.subjects, names), ...sharedIn(effect.names, subjects));
    }
    return found.reduce<Shared | null>(
      (first, each) => (first === null || each.at < first.at ? each : first),
      null,
    );
  }
}

interface Shared {
  readonly at: number;
  readonly name: string;
}

function sharedIn(names: ReadonlySet<string>, firsts: ReadonlyMap<string, number>): Shared[] {
  return [...names].flatMap((name) => {
    const at = firsts.get(name);
    return at === undefined ? [] : [{ at, name }];
  });
}

/** The first file with each name. */
class Named {
  readonly subjects = new Map<string, number>();
  readonly names = new Map<string, number>();

  note({ subjects, names }: StatementEffect, at: number): void {
    for (const name of subjects) if (!this.subjects.has(name)) this.subjects.set(name, at);
    for (const name of names) if (!this.names.has(name)) this.names.set(name, at);
  }
}

/** What a file does beyond adding, so that it must wait for any unapplied file before it; null if nothing. */
export function moreThanAdding(effects: readonly StatementEffect[]): string | null {
  const more = new Set(effects.filter(({ adds }) => !adds).map(({ command }) => command));
  return more.size === 0 ? null : `this file does more than add (${[...more].join(', ')})`;
}

/** It inserts rows that the table accepts whatever else is in it. */
function isInsert({ command, adds, names }: StatementEffect): boolean {
  return adds && (command === 'INSERT' || command === 'COPY') && !names.has('conflict');
}
