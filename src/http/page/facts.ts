import type { StatusView } from '../../core/status-view.js';
import { type Html, markup } from './html.js';
import { resultSign, results } from './states.js';
import { duration, short, holderName } from '../../core/words.js';
import { filesOf, instantWithAge } from './words.js';

/** Where, from what, and who is at work: pairs of a name and what there is to say. */
export function facts(view: StatusView): Html {
  const pairs: readonly (readonly [string, Html])[] = [
    ['Database', database(view)],
    ['Source', markup`<code>${view.source.directory}</code> <small>${view.source.origin}</small>`],
    ['Revision', revision(view)],
    ['Run lock', lock(view)],
    ['Last run', lastRun(view)],
  ];
  return markup`<section class="facts" data-key="facts" aria-label="Where and what">
    <dl>
      ${pairs.map(
        ([name, said]) =>
          markup`<div>
            <dt>${name}</dt>
            <dd>${said}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

function database({ target, seen, health }: StatusView): Html {
  const report = seen?.report;
  const server = report?.server ?? null;
  const remarks = [
    server !== null && `PostgreSQL ${server.version}`,
    server?.inRecovery === true && 'standby: nothing is written here',
    server?.pooled === true && 'behind a connection pooler',
    report?.databaseExists === false && 'the database does not exist yet',
    health.postgres === 'down' && 'does not answer',
  ].filter((remark) => typeof remark === 'string');
  return markup`<code>${target}</code> <small>${remarks.join(', ')}</small>`;
}

function revision({ snapshot }: StatusView): Html {
  if (snapshot === null) return markup`<span class="none">no source yet</span>`;
  const { revision: hash, generation } = snapshot;
  return markup`<code title="${hash}">${short(hash)}</code>
    <small
      >${
        generation === null ? 'a plain directory' : markup`generation <code>${generation}</code>`
      }</small
    >`;
}

function lock({ seen, at }: StatusView): Html {
  if (seen === null) return markup`<span class="none">not known</span>`;
  const { lock: held } = seen.report;
  if (held === null) return markup`free`;
  return markup`${holderName(held)} <small>since ${instantWithAge(held.since, at)}</small>`;
}

function lastRun({ runs, at }: StatusView): Html {
  const [run] = runs;
  if (run === undefined) return markup`<span class="none">none in this process</span>`;
  const { word } = results[run.result];
  return markup`${resultSign(run.result)} ${word}: ${filesOf(run)}, ${duration(run.durationMs)}
    <small>${instantWithAge(run.endedAt, at)}</small>`;
}
