import type { MigrationKey } from '../../files/migration.js';
import type { FileTry } from '../kept-catalog.js';

/**
 * Which file wrote with a transaction. Subtransactions have numbers of their own, above that of their transaction; what runs
 * outside a transaction was written before it was recorded.
 */
export function authorsOf(tries: readonly FileTry[]): (writer: number) => MigrationKey | null {
  const counts = new Map<number, number>();
  for (const { transaction } of tries) counts.set(transaction, (counts.get(transaction) ?? 0) + 1);
  // Rows that one transaction wrote come from a dump: they do not say when the files ran.
  const own = tries
    .filter(({ transaction }) => counts.get(transaction) === 1)
    .toSorted((a, b) => a.transaction - b.transaction);
  return (writer) => {
    const next = own.find(({ transaction }) => transaction >= writer);
    if (next?.transaction === writer) return next.outcome === 'applied' ? next.key : null;
    if (next?.isOutside === true) return next.key;
    const last = own.findLast(({ transaction }) => transaction < writer);
    return last?.outcome === 'applied' && !last.isOutside ? last.key : null;
  };
}
