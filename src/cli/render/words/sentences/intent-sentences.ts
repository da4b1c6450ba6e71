import { printable } from '../../../../core/files/names.js';
import { type Intent, intentDocument } from '../../../../core/run/intents.js';
import { short } from '../../../../core/text/words.js';
import { debug, type EventOf, info, type Sentence, slotOf, warn } from '../sentence.js';

/** Reported once for each newer intent: new content of the source clears its slot. */
export function superseded({ revision, by }: EventOf<'superseded'>): Sentence {
  const newer = `revision ${short(by.revision)} (${wantedBy(by)})`;
  const text = `revision ${short(revision)} is superseded by ${newer}: no more of it is applied until a runner reads it again`;
  return warn(text, { slot: slotOf('intent'), facts: { revision, by: intentDocument(by) } });
}

export function supersedes({ revision, other, isDryRun }: EventOf<'supersedes'>): Sentence {
  const older = `revision ${short(other.revision)} (${wantedBy(other)})`;
  const facts = { revision, other: intentDocument(other), dryRun: isDryRun };
  return isDryRun
    ? info(`revision ${short(revision)} would supersede ${older}`, { facts })
    : debug(`revision ${short(revision)} supersedes ${older}`, { facts });
}

function wantedBy(intent: Intent): string {
  return `${printable(intent.by)}, since ${intent.since}`;
}
