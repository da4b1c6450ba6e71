/** Where other containers of the pod look whether the migrations are in place. */
export const usualSentinel = '/shared/migrations-ready.flag';

/** What the sentinel says: one line, with the number of files in the tree. */
export function sentinelText(files: number): string {
  return `migrations-ready-${files}\n`;
}
