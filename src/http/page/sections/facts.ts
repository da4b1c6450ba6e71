import type { StatusView } from '../../../core/watch/status-view.js';
import { type Html, markup } from '../parts/html.js';
import { resultSign } from '../parts/states.js';
import { duration, short } from '../../../core/text/words.js';
import { holderName } from '../../../core/blockers.js';
import { filesOf, instantWithAge } from '../parts/words.js';

/** Database, source, revision, lock and last run, as pairs of a name and a value. */
export function facts(view: StatusView): Html {
  const pairs: readonly (readonly [string, Html])[] = [
    ['Database', database(view)],
    ['Source', markup`<code>${view.source.directory}</code> <small>${view.source.origin}</small>`],
    ['Revision', revision(view)],
    ['Wanted', wanted(view)],
    ['Run lock', lock(view)],
    ['Last run', lastRun(view)],
  ];
  return markup`<section class="facts" data-key="facts" aria-label="Overview">
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
    server?.inRecovery === true && 'standby (read-only)',
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

/** The newest intent: what the runners should keep in the database. */
function wanted({ seen, at }: StatusView): Html {
  const intent = seen?.report.intent ?? null;
  if (seen === null || intent === null) return markup`<span class="none">not recorded</span>`;
  const isThis = intent.revision === seen.report.snapshot.revision;
  const which = isThis ? 'this revision' : markup`<code>${short(intent.revision)}</code>`;
  return markup`${which}
    <small>by ${intent.by} since ${instantWithAge(intent.since, at)}</small>`;
}

function lock({ seen, at }: StatusView): Html {
  if (seen === null) return markup`<span class="none">unknown</span>`;
  const { lock: held } = seen.report;
  if (held === null) return markup`free`;
  return markup`${holderName(held)} <small>since ${instantWithAge(held.since, at)}</small>`;
}

function lastRun({ runs, at }: StatusView): Html {
  const [run] = runs;
  if (run === undefined) return markup`<span class="none">none since pgm started</span>`;
  return markup`${resultSign(run.result)} ${run.result}: ${filesOf(run)}, ${duration(run.durationMs)}
    <small>${instantWithAge(run.endedAt, at)}</small>`;
}
