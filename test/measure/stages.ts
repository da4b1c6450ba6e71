/** The steps between a swap and its effect, as the log of `pgm watch --log-format json --verbose` tells them. */
const steps = [
  ['mount read', 'source-read'],
  ['server answers', 'postgres-answered'],
  ['history read', 'run-planned'],
  ['lock had, file begun', 'migration-started'],
  ['file applied', 'migration-applied'],
] as const;

/** Milliseconds since the swap at `swappedAt` at which each step was logged; what was not logged is left out. */
export function stagesOf(log: string, swappedAt: number): ReadonlyMap<string, number> {
  const logged = log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as { readonly time: string; readonly event: string })
    .map(({ time, event }) => ({ at: Date.parse(time), event }));
  const found = new Map<string, number>();
  for (const [name, wanted] of steps) {
    const first = logged.find(({ at, event }) => at >= swappedAt && event === wanted);
    if (first !== undefined) found.set(name, first.at - swappedAt);
  }
  return found;
}
