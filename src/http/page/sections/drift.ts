import {
  type DriftedFact,
  driftedObjects,
  type DriftSeen,
  type SeenObject,
} from '../../../core/drift/drift-seen.js';
import { count, grouped, short } from '../../../core/text/words.js';
import type { StatusView } from '../../../core/watch/status-view.js';
import { constant, type Html, markup, nothing } from '../parts/html.js';
import { instant, instantWithAge } from '../parts/words.js';

/** What differs from what the files made, object by object, as it was and as it is. */
export function drift({ drift: seen, at }: StatusView): Html {
  if (seen === null) return nothing;
  const number = driftedObjects(seen);
  if (number === 0) return nothing;
  const { since, checkedAt, objects } = seen;
  const shown = objects.slice(0, mostInFull).map(article);
  const rest = objects.slice(mostInFull);
  return markup`<section class="drift" aria-labelledby="drift" data-key="drift">
    <h2 id="drift">Drift <span class="number">${grouped(number)}</span></h2>
    <p class="remarks">
      ${count(number, 'object')} ${number === 1 ? 'differs' : 'differ'} from what revision
      <code>${short(since.revision)}</code> left ${instant(since.keptAt, at)} UTC. Looked
      ${instantWithAge(checkedAt, at)}. Literals are masked here; <code>pgm drift</code> shows
      everything.
    </p>
    ${shown}${rest.length === 0 ? null : folded(rest)} ${left(seen, number)}
  </section>`;
}

/** Nobody reads more than this many in a row. */
const mostInFull = 10;

function folded(rest: readonly SeenObject[]): Html {
  return markup`<details data-key="drift:rest">
    <summary>${count(rest.length, 'more object')}</summary>
    ${rest.map(article)}
  </details>`;
}

function left({ objects }: DriftSeen, number: number): Html {
  const shown = objects.reduce((sum, { parts }) => sum + 1 + parts, 0);
  if (number === shown) return nothing;
  return markup`<p class="none">
    and ${grouped(number - shown)} more: <code>pgm drift</code> shows them all.
  </p>`;
}

const signs: Readonly<Record<SeenObject['drift'], string>> = {
  unknown: '+',
  missing: '−',
  different: '≠',
};

const titles: Readonly<Record<SeenObject['drift'], string>> = {
  unknown: 'unknown here',
  missing: 'missing',
  different: 'different',
};

function article({ drift: how, kind, identity, file, parts, facts }: SeenObject): Html {
  const told = [
    ...(file === null ? [] : [markup`made by <code>${file}</code>`]),
    ...(parts === 0 ? [] : [markup`with ${parts} of its columns, constraints, indexes …`]),
  ].map((remark, at) => (at === 0 ? remark : markup`, ${remark}`));
  const by = told.length === 0 ? null : markup`<p class="remarks">${told}</p>`;
  return markup`<article class="trouble e-${how}" data-key="drift:${kind} ${identity}">
    <h3>
      <span class="badge"><span class="sign" aria-hidden="true">${signs[how]}</span>${titles[how]}</span>
      <span>${kind}</span> <code class="key">${identity}</code>
    </h3>
    ${by} ${facts.length === 0 ? null : sides(facts)}
  </article>`;
}

function sides(facts: readonly DriftedFact[]): Html {
  return markup`<table class="sides">
    <thead>
      <tr>
        <th scope="col">Fact</th>
        <th scope="col">As the files made it</th>
        <th scope="col">As it is</th>
      </tr>
    </thead>
    <tbody>
      ${facts.map(
        ({ name, expected, actual }) => markup`<tr>
          <th scope="row">${name}</th>
          <td>${value(expected, 'expected')}</td>
          <td>${value(actual, 'actual')}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

const br = constant('<br />');

/** On a narrow screen the columns are stacked, and each has a label. */
function value(text: string | null, side: 'expected' | 'actual'): Html {
  const label = markup`<span class="side">${side === 'expected' ? 'was' : 'is'}</span>`;
  if (text === null) return markup`${label}<span class="none">nothing</span>`;
  const lines = text.split('\n').map((line, at) => markup`${at === 0 ? null : br}${line}`);
  return markup`${label}<code class="${side}">${lines}</code>`;
}
