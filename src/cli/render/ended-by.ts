import type { PgmEvent } from '../../core/events.js';
import type { Snapshot } from '../../core/migration.js';
import type { RunFinished } from './run-sentences.js';
import { type Slot, slotOf, type Topic } from './sentence.js';

/** Whether a slot is about something that this event ends. */
export function endedBy(event: PgmEvent): (slot: Slot) => boolean {
  switch (event.kind) {
    case 'source-read':
      return bySource(event.snapshot);
    case 'migration-applied':
    case 'migration-skipped':
    case 'migration-baselined': {
      const { key } = event;
      const over = [slotOf('file', key), slotOf('contention', key), slotOf('lock')];
      const ended = new Set<Slot>([...over, slotOf('result'), slotOf('verdict')]);
      return (slot) => ended.has(slot);
    }
    case 'run-finished':
      return byRun(event);
    case 'waiting-for-postgres':
    case 'run-failed':
      // When the trouble is over, whether all is applied is worth a line again.
      return isAbout(['verdict']);
    default:
      return () => false;
  }
}

/** New content is judged anew: who changed it waits for the answer, even when it is the same. */
const judgements: readonly Topic[] = ['file', 'contention', 'lock', 'result', 'verdict'];

function bySource({ warnings, leftOut }: Snapshot): (slot: Slot) => boolean {
  const standing = new Set<Slot>([
    ...warnings.map((warning) => slotOf('source-warning', warning)),
    ...leftOut.map(({ schema }) => slotOf('left-out', schema)),
  ]);
  const isJudgement = isAbout(judgements);
  const isOfSource = isAbout(['source-warning', 'left-out']);
  return (slot) => isJudgement(slot) || (isOfSource(slot) && !standing.has(slot));
}

function byRun({ report, verdict }: RunFinished): (slot: Slot) => boolean {
  const { statuses, kept } = report;
  const standing = new Set<Slot>(kept.map((key) => slotOf('kept', key)));
  for (const { key, state, renamedFrom } of statuses) {
    if (state === 'missing') standing.add(slotOf('missing', key));
    if (renamedFrom !== null) standing.add(slotOf('renamed', key));
    if (state === 'failed' || state === 'held') {
      standing.add(slotOf('file', key));
      standing.add(slotOf('contention', key));
    }
  }
  // Runners that all try one failing file again and again meet all the time.
  if (verdict.kind === 'behind' && verdict.failing) standing.add(slotOf('lock'));
  const isOfRun = isAbout(['kept', 'missing', 'renamed', 'file', 'contention', 'lock']);
  return (slot) => isOfRun(slot) && !standing.has(slot);
}

function isAbout(topics: readonly Topic[]): (slot: Slot) => boolean {
  const wanted = new Set<string>(topics);
  return (slot) => wanted.has(slot.slice(0, slot.indexOf(' ')));
}
