/** What one statement does to the database, as far as its words tell. */
export interface StatementEffect {
  /** Its name in messages: `CREATE OR REPLACE VIEW`. */
  readonly command: string;
  /** It makes something new, or nothing, and takes nothing away: CREATE TABLE, ALTER … ADD, INSERT … VALUES, SELECT 1. */
  readonly adds: boolean;
  /** Whether it is known which objects it does that to: those that it names. */
  readonly reach: 'nothing' | 'named' | 'anything';
  /** Objects that it makes, changes or adds to, in lower case unless quoted, without their schema. */
  readonly subjects: ReadonlySet<string>;
  /** Every word that may be a name, the subjects too. */
  readonly names: ReadonlySet<string>;
}

/**
 * What the files of one schema do that were to run before others, and have not. A file that comes after them may only run
 * if the database ends up the same either way. Then each of its statements adds, and no object that one side does
 * something to is named by the other: two columns, or IF NOT EXISTS, depend on the order. Rows that both insert do not,
 * but for their numbers of a sequence.
 *
 * A question costs what the file names, however many files there are.
 */
export class EarlierEffects<File> {
  readonly #files: File[] = [];
  #free: { readonly at: number; readonly command: string } | null = null;
  readonly #all = new Named();
  /** Without the rows that are inserted. */
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

  /** The first that a file with these effects, each of which adds, has to wait for, and why; null if there is none. */
  blocking(
    effects: readonly StatementEffect[],
  ): { readonly file: File; readonly because: string } | null {
    if (effects.every(({ reach }) => reach === 'nothing')) return null;
    const shared = this.#shared(effects);
    const free = this.#free;
    if (free !== null && (shared === null || free.at <= shared.at))
      return this.#at(free.at, `it may change anything (${free.command})`);
    return shared && this.#at(shared.at, `both name ${shared.name}, so their order counts`);
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

/** Where each name comes first. */
class Named {
  readonly subjects = new Map<string, number>();
  readonly names = new Map<string, number>();

  note({ subjects, names }: StatementEffect, at: number): void {
    for (const name of subjects) if (!this.subjects.has(name)) this.subjects.set(name, at);
    for (const name of names) if (!this.names.has(name)) this.names.set(name, at);
  }
}

/** What a file does beyond adding, so that it must wait for whatever is undone before it; null if nothing. */
export function moreThanAdding(effects: readonly StatementEffect[]): string | null {
  const more = new Set(effects.filter(({ adds }) => !adds).map(({ command }) => command));
  return more.size === 0 ? null : `this file does more than add (${[...more].join(', ')})`;
}

/** Rows that the table takes whatever else is in it. */
function isInsert({ command, adds, names }: StatementEffect): boolean {
  return adds && (command === 'INSERT' || command === 'COPY') && !names.has('conflict');
}
