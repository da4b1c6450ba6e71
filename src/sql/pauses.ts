/** Says when a walk through a long text should let others run; in a short one it never does. */
export class Pauses {
  #next = stretch;

  isDueAt(index: number): boolean {
    if (index < this.#next) return false;
    this.#next = index + stretch;
    return true;
  }
}

/** UTF-16 units between two pauses: some 10 ms of work. */
const stretch = 256 * 1024;

/** Settles after the event loop went round once. */
export function turnOfOthers(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
