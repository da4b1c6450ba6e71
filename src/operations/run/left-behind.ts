import type { Undone } from '../../core/run/plan.js';
import { EarlierEffects, type StatementEffect } from '../../core/statements/effects.js';

/** What the file of a step does; the file is read at the first call. */
export type AskEffects = () => Promise<readonly StatementEffect[]>;

/** The files of a run that are not applied. They are read once a later file of their schema needs to know what they do. */
export class LeftBehind {
  readonly undone: Undone[] = [];
  readonly #unread = new Map<string, { readonly file: Undone; readonly effects: AskEffects }[]>();
  readonly #earlier = new Map<string, EarlierEffects<Undone>>();

  add(file: Undone, effects: AskEffects): void {
    this.undone.push(file);
    const unread = this.#unread.get(file.schema);
    if (unread === undefined) this.#unread.set(file.schema, [{ file, effects }]);
    else unread.push({ file, effects });
  }

  /** What those of a schema do, in order. */
  async earlierIn(schema: string): Promise<EarlierEffects<Undone>> {
    const earlier = this.#earlier.get(schema) ?? new EarlierEffects<Undone>();
    this.#earlier.set(schema, earlier);
    for (const { file, effects } of this.#unread.get(schema) ?? []) {
      earlier.add(file, await effects());
    }
    this.#unread.delete(schema);
    return earlier;
  }
}
