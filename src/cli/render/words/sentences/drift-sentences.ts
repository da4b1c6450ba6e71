import { driftedObjects, type SeenObject } from '../../../../core/drift/drift-seen.js';
import { printable } from '../../../../core/files/names.js';
import { count, grouped, short } from '../../../../core/text/words.js';
import { type EventOf, type Sentence, warn } from '../sentence.js';

/** Nobody reads more in a log; `pgm drift` shows them all. */
const mostTold = 10;

/** What `watch` found to differ from what the files made. */
export function driftFound({ seen }: EventOf<'drift-found'>): Sentence {
  const { since, counts } = seen;
  const number = driftedObjects(seen);
  const objects = seen.objects.slice(0, mostTold);
  const left = number - objects.reduce((sum, { parts }) => sum + 1 + parts, 0);
  const text =
    `drift: ${count(number, 'object')} ${number === 1 ? 'differs' : 'differ'} from what revision ${short(since.revision)} ` +
    `left on ${since.keptAt}; pgm drift shows how`;
  return warn(text, {
    below: [...objects.map(line), ...(left > 0 ? [`  and ${grouped(left)} more`] : [])],
    facts: {
      objects: objects.map(({ drift, kind, identity, file }) => ({ drift, kind, identity, file })),
      unknown: counts.unknown,
      missing: counts.missing,
      different: counts.different,
      revision: since.revision,
      keptAt: since.keptAt,
    },
  });
}

function line({ drift, kind, identity, file, parts }: SeenObject): string {
  const more = parts === 0 ? '' : `, with ${parts} of its columns, constraints, indexes …`;
  const by = file === null ? '' : ` (${printable(file)})`;
  return `  ${drift.padEnd(9)}  ${kind} ${printable(identity)}${more}${by}`;
}
