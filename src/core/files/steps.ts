/** Work in steps of a few milliseconds, so that the caller can let the event loop run in between. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs all steps without a pause. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Bytes or UTF-16 units that are read or hashed in a few milliseconds, even on a busy machine. */
export const stepLength = 1 << 18;
