import type { CatalogObject } from '../../src/core/catalog/catalog.js';
import type { DriftItem } from '../../src/core/drift/drift.js';
import { driftSeen } from '../../src/core/drift/drift-seen.js';
import type { AttemptRow } from '../../src/core/run/history.js';
import type { StatusView } from '../../src/core/watch/status-view.js';
import { syntaxError } from '../support/memory/history.js';
import {
  allRows,
  failedRow,
  heldRow,
  manyFiles,
  now,
  run,
  snapshotOfMount,
  viewOf,
} from './views.js';

const three = {
  ...manyFiles('aws', 9),
  ...manyFiles('azure', 4),
  ...manyFiles('gcp', 17),
};

const quietDay = [
  run(130_000, 38),
  run(3_600_000, 412, { applied: 3 }),
  run(7_000_000, 31),
  run(20_000_000, 90_000, { applied: 27 }),
];

/** Ready: everything is applied, and nobody is at work. */
export function allApplied(): StatusView {
  const snapshot = snapshotOfMount(three);
  const attempts = snapshot.migrations.slice(-3).map(({ key }) => attempt(key, {}));
  return viewOf({ snapshot, rows: allRows(snapshot), runs: quietDay, attempts });
}

/** Ready, though somebody has changed the database by hand. */
export function drifted(readiness: 'applied' | 'strict' = 'applied'): StatusView {
  const snapshot = snapshotOfMount(three);
  return viewOf({ snapshot, rows: allRows(snapshot), runs: quietDay, readiness, drift: night });
}

const night = driftSeen(
  [
    {
      ...{ kind: 'unknown', object: objectOf('index', 'gcp.secrets_name_idx') },
      live: objectOf('index', 'gcp.secrets_name_idx'),
    },
    {
      kind: 'missing',
      object: objectOf('table', 'gcp.audit', { owner: 'pact', comment: 'who did what' }),
      by: 'gcp/004_audit.sql',
    },
    {
      ...{ kind: 'different', object: objectOf('table column', 'gcp.secrets.kind') },
      live: objectOf('table column', 'gcp.secrets.kind'),
      facts: [
        { name: 'default', before: "'plain'::text", after: "'secret'::text" },
        { name: 'not null', before: true, after: null },
      ],
      by: 'gcp/002_secrets.sql',
    },
    {
      ...{ kind: 'different', object: objectOf('function', 'gcp."<b>"(integer)') },
      live: objectOf('function', 'gcp."<b>"(integer)'),
      facts: [{ name: 'definition', before: twice(2), after: twice(3) }],
      by: null,
    },
    ...Array.from({ length: 140 }, (_, n): DriftItem => {
      const object = objectOf('index', `gcp.night_${n}`);
      return { kind: 'unknown', object, live: object };
    }),
  ],
  { revision: 'a1b2c3d4e5f60718', keptAt: '2026-11-23T09:00:00.000Z', keptBy: 'pact@pod-a' },
  now - 65_000,
);

function twice(by: number): string {
  return `CREATE OR REPLACE FUNCTION gcp."<b>"(n integer)\n RETURNS integer\n LANGUAGE sql\nAS $function$select ${by} * n$function$\n`;
}

function objectOf(
  kind: string,
  identity: string,
  facts: CatalogObject['facts'] = { columns: 'name', method: 'btree' },
): CatalogObject {
  return { kind, identity, schema: 'gcp', table: null, facts };
}

/** One file failed, one is held behind it, one was edited, one is gone; the source holds odd things. */
export function failed(): StatusView {
  const snapshot = snapshotOfMount({
    ...three,
    'gcp/008_widen_secret_value.sql': 'alter table gcp.secrets alter column',
    'gcp/018_drop_old_values.sql': 'drop table gcp.old_values;',
    'gcp/notes.sql': '-- a note',
    'azure/005_late.sql': '-- nothing yet',
  });
  const rows = allRows(snapshot);
  const key = 'gcp/008_widen_secret_value.sql';
  rows[key] = failedRow(snapshot, key, wrongType);
  const held = 'gcp/018_drop_old_values.sql';
  rows[held] = heldRow(snapshot, held, `DROP TABLE waits until ${key} is applied`);
  rows['aws/003_add_index.sql'] = { ...rows['aws/003_add_index.sql'], appliedChecksum: 'another' };
  rows['azure/000_trial.sql'] = { appliedAt: '2026-11-20T08:00:00.000Z' };
  const failing = {
    result: 'incomplete' as const,
    failed: 1,
    held: 1,
    reason: `${key} failed, 1 held`,
  };
  const runs = [
    run(9_000, 640, failing),
    run(71_000, 655, failing),
    run(122_000, 8_210, { ...failing, applied: 26 }),
    run(160_000, 30_020, { result: 'broken', reason: 'connect ECONNREFUSED 10.0.3.7:5432' }),
  ];
  const attempts = [
    attempt(key, { outcome: 'failed', error: { ...syntaxError, ...wrongType } }),
    attempt('aws/009_backfill_versions.sql', { durationMs: 8_012 }),
  ];
  return withOddities(viewOf({ snapshot, rows, runs, attempts }));
}

const wrongType = {
  sqlstate: '42804',
  message: 'column "value" cannot be cast automatically to type bytea',
  hint: 'You might need to specify "USING value::bytea".',
  place: { line: 3, column: 22 },
  excerpt: {
    text: '  ALTER COLUMN value TYPE bytea, ALTER COLUMN label SET DEFAULT •••;',
    caret: 16,
  },
  advice: 'say how the old values become new ones, with USING',
};

/** PostgreSQL went away two minutes ago. */
export function away(): StatusView {
  const snapshot = snapshotOfMount(three);
  return viewOf({
    snapshot,
    rows: allRows(snapshot),
    isUp: false,
    seenAgo: 132_000,
    activity: 'waiting for PostgreSQL',
    runs: [
      run(4_000, 10_000, { result: 'broken', reason: 'connect ECONNREFUSED 10.0.3.7:5432' }),
      ...quietDay,
    ],
  });
}

/** Another runner is at work. */
export function waitingForLock(): StatusView {
  const snapshot = snapshotOfMount(three);
  const rows = Object.fromEntries(Object.entries(allRows(snapshot)).slice(0, 21));
  const lock = {
    pid: 4711,
    application: 'pgm/1.0.0 pact-broker-7c9f8-x2x4z',
    user: 'pact',
    since: new Date(now - 95_000).toISOString(),
  };
  return viewOf({ snapshot, rows, lock, activity: 'waiting for the lock, 42 s' });
}

/** So many that no list of them could be read. */
export function many(number = 2_000): StatusView {
  const snapshot = snapshotOfMount(manyFiles('gcp', number, 5));
  const rows = allRows(snapshot);
  const { key } = snapshot.migrations[Math.floor(number * 0.9)]!;
  rows[key] = failedRow(snapshot, key, wrongType);
  return viewOf({ snapshot, rows, runs: quietDay });
}

/** What names and messages can hold to break out of where they stand. */
export const hostile: readonly string[] = [
  '</style></script><script>window.hacked=1</script>',
  '"><img src=x onerror="window.hacked=1">',
  "' onmouseover='window.hacked=1",
  '</title><svg onload=window.hacked=1>',
  '</main></pre></code><base href=//evil.example/>',
  '<!--',
  ']]>',
  '&lt;script&gt;',
  'a\nb\r\tc\u0000d',
  'gpj\u202elqs.\u2066x\u200f',
  '\ud800 alone',
  '${constant}`\\',
  'javascript:window.hacked=1',
];

/** Every text of the view that comes from outside is hostile. */
export function hostileView(): StatusView {
  const files = Object.fromEntries(
    hostile.map((name, at) => [`gcp/${at + 1}_${name.replaceAll('/', '∕')}.sql`, `select ${at}`]),
  );
  const snapshot = snapshotOfMount(files);
  const all = hostile.join(' ');
  const bad = { message: hostile.join('\n'), detail: all, hint: all, context: all, advice: all };
  const place = { line: 1, column: 2 };
  const failure = { ...bad, sqlstate: all, excerpt: { text: all, caret: 3 }, place };
  const rows = Object.fromEntries(
    snapshot.migrations.map(({ key }, at) => [
      key,
      at % 2 === 0 ? failedRow(snapshot, key, failure) : heldRow(snapshot, key, all),
    ]),
  );
  const attempts = [
    attempt(all, { outcome: 'failed', error: { ...syntaxError, ...failure }, appliedBy: all }),
    attempt('gcp/1', { startedAt: all }),
  ];
  const view = viewOf({
    snapshot: {
      ...snapshot,
      revision: all,
      generation: all,
      warnings: hostile,
      ignored: hostile,
      refused: hostile.map((path) => ({
        path,
        key: null,
        schema: null,
        reason: all,
        byteOffset: 1,
      })),
      leftOut: hostile.map((schema) => ({ schema, files: 2 })),
    },
    rows,
    attempts,
    activity: all,
    lock: { pid: 1, application: all, user: all, since: all },
    runs: [run(1_000, 20, { result: 'broken', reason: all, revision: all })],
    server: { version: all, pooled: true, inRecovery: true },
  });
  const labels = { namespace: all, configMap: all };
  const source = { directory: all, origin: all };
  const health = { ...view.health, reason: all, revision: all };
  return { ...view, version: all, labels, source, health, target: all };
}

/** Just started, and the ConfigMap is not there yet. */
export function noSource(): StatusView {
  return viewOf({ activity: 'starting' });
}

/** The files are there, and PostgreSQL never answered yet. */
export function neverSeen(): StatusView {
  const snapshot = snapshotOfMount(three);
  return viewOf({ snapshot, seenAgo: null, isUp: false, activity: 'waiting for PostgreSQL' });
}

function attempt(key: string, told: Partial<AttemptRow>): AttemptRow {
  return {
    key,
    checksum: 'c'.repeat(64),
    outcome: 'applied',
    startedAt: new Date(now - 9_000).toISOString(),
    durationMs: 12.4,
    error: null,
    revision: '5a3f'.repeat(16),
    pgmVersion: '1.0.0',
    appliedBy: 'pact@pact-broker-7c9f8-x2x4z',
    ...told,
  };
}

function withOddities(view: StatusView): StatusView {
  if (view.snapshot === null || view.seen === null) return view;
  const snapshot = {
    ...view.snapshot,
    ignored: ['README.md', 'gcp/.008.sql.swp'],
    leftOut: [{ schema: 'oracle', files: 12 }],
    orderDiffersFromBytes: true,
  };
  return { ...view, snapshot, seen: { ...view.seen, report: { ...view.seen.report, snapshot } } };
}
