import type { PgmEvent } from '../../core/events.js';
import { runFacts } from './run-sentences.js';
import type { Facts } from './sentence.js';

type EventOf<K extends PgmEvent['kind']> = Extract<PgmEvent, { kind: K }>;

/** The facts of an event in the JSON log. The README lists them; a name that is there once keeps its meaning. */
export function factsOf(event: PgmEvent): Facts {
  switch (event.kind) {
    case 'source-chosen':
    case 'source-missing':
    case 'watch-lost':
      return { directory: event.directory, reason: event.reason };
    case 'source-read':
      return sourceFacts(event);
    case 'waiting-for-postgres':
      return { target: event.target, reason: event.reason, retryInMs: Math.round(event.retryInMs) };
    case 'postgres-answered':
      return { target: event.target, version: event.version };
    case 'database-ensured':
      return { database: event.database, outcome: event.outcome };
    case 'pooler-found':
      return { target: event.target };
    case 'waiting-for-lock':
      return { lockHolder: event.holder, waitedMs: Math.round(event.waitedMs) };
    case 'lock-acquired':
      return { waitedMs: Math.round(event.waitedMs) };
    case 'run-planned':
      return { revision: event.revision, steps: event.steps, total: event.total };
    case 'migration-started':
      return { key: event.key, at: event.at, of: event.of };
    case 'migration-applied': {
      const { key, reason, durationMs, outOfOrder } = event;
      return { key, reason, durationMs: Math.round(durationMs), outOfOrder };
    }
    case 'migration-skipped':
    case 'migration-baselined':
      return { key: event.key };
    case 'migration-failed':
      return failureFacts(event);
    case 'migration-held':
      return { key: event.key, because: event.because };
    case 'migration-slow': {
      const { runningMs, waitingFor, blockers, indexBuild } = event.progress;
      return { key: event.key, runningMs: Math.round(runningMs), waitingFor, blockers, indexBuild };
    }
    case 'migration-retried':
      return { key: event.key, sqlstate: event.sqlstate, retryInMs: Math.round(event.inMs) };
    case 'notice':
      return { key: event.key, severity: event.notice.severity };
    case 'notices-dropped':
      return { key: event.key, count: event.count };
    case 'run-finished':
    case 'dry-run-finished':
      return runFacts(event);
    case 'run-failed':
      return brokenFacts(event);
    case 'health-listening':
      return { address: event.address };
    case 'watching':
      return { directory: event.directory, mounted: event.mounted, address: event.address };
    case 'stopping':
      return { signal: event.signal };
    case 'source-hinted':
    case 'embedded':
    case 'note':
    case 'warning':
      return {};
  }
}

function sourceFacts({ directory, snapshot }: EventOf<'source-read'>): Facts {
  const { revision, generation, migrations, refused } = snapshot;
  return {
    directory,
    revision,
    generation,
    migrations: migrations.length,
    refused: refused.length,
  };
}

function failureFacts({ key, path, failure }: EventOf<'migration-failed'>): Facts {
  const { sqlstate, place } = failure;
  return {
    key,
    path,
    sqlstate,
    line: place?.line ?? null,
    column: place?.column ?? null,
    failure,
  };
}

function brokenFacts({ reason, retryInMs, revision, durationMs }: EventOf<'run-failed'>): Facts {
  return {
    reason,
    retryInMs: Math.round(retryInMs),
    revision,
    durationMs: Math.round(durationMs),
  };
}
