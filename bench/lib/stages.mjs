/** The steps between a swap and its effect, from the log of `pgm watch --log-format json --verbose`. */

/** @typedef {{ readonly time: string, readonly event: string }} LogLine */

/** What each is called here, and the event whose first line says that it was reached. */
const steps = /** @type {const} */ ([
  ['mount read', 'source-read'],
  ['server answers', 'postgres-answered'],
  ['history read, run planned', 'run-planned'],
  ['file started', 'migration-started'],
  ['file applied', 'migration-applied'],
]);

export const stageNames = steps.map(([name]) => name);

/**
 * Milliseconds from the swap at `swappedAt` until each step was logged; a step that was not logged is left out.
 * @param {readonly LogLine[]} log @param {number} swappedAt Milliseconds since 1970.
 * @returns {Readonly<Partial<Record<string, number>>>}
 */
export function stagesOf(log, swappedAt) {
  const reached = steps.flatMap(([name, wanted]) => {
    const first = log.find(({ time, event }) => event === wanted && Date.parse(time) >= swappedAt);
    return first === undefined
      ? []
      : [/** @type {const} */ ([name, Date.parse(first.time) - swappedAt])];
  });
  return Object.fromEntries(reached);
}
