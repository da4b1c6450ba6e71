/** Takes the steps one after the other and gives the event loop a turn whenever 20 ms are over: probes go on being answered. */
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

const longestSliceMs = 20;
