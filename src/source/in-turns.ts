/** Takes the steps one after the other and gives the event loop a turn whenever 10 ms are over: probes go on being answered. */
export async function inTurns<T>(steps: Generator<unknown, T, undefined>): Promise<T> {
  let lastTurn = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - lastTurn < longestSliceMs) continue;
    await new Promise(setImmediate);
    lastTurn = performance.now();
  }
}

/** A step that began in time may take some milliseconds more, and on a busy machine twice that. */
const longestSliceMs = 10;
