/** Work cut into steps of a few milliseconds, so that whoever drives it can give others a turn in between. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Takes all steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Bytes, or UTF-16 units, that are read or hashed in a few milliseconds, also on a machine that has other work. */
export const stepLength = 1 << 18;
