/** From the weakest to the strongest, as PostgreSQL lists them. */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

export type LockMode = (typeof lockModes)[number];

/** Who has to wait while a lock is held: nobody, those who change the table's definition, writers, everybody. */
export type ShutOut = 'nobody' | 'other definitions' | 'writers' | 'readers and writers';

/** Whether writers have to wait, and perhaps readers too. */
export function shutsOutWriters(mode: LockMode): boolean {
  return lockModes.indexOf(mode) >= lockModes.indexOf('SHARE');
}

export function shutOutBy(mode: LockMode): ShutOut {
  const rank = lockModes.indexOf(mode);
  if (rank === lockModes.indexOf('ACCESS EXCLUSIVE')) return 'readers and writers';
  if (shutsOutWriters(mode)) return 'writers';
  return rank === lockModes.indexOf('SHARE UPDATE EXCLUSIVE') ? 'other definitions' : 'nobody';
}
