import { describeHolder } from '../../../../core/blockers.js';
import type { PgmEvent } from '../../../../core/events.js';
import { printable } from '../../../../core/files/names.js';
import { count, duration, short } from '../../../../core/text/words.js';
import { driftFound } from './drift-sentences.js';
import { fleetWords, targetEvent } from './fleet-sentences.js';
import { headline, location, particulars } from '../failure.js';
import { superseded, supersedes } from './intent-sentences.js';
import {
  dryBaselineFinished,
  dryRunFinished,
  lintFinding,
  runFinished,
  slow,
} from './run-sentences.js';
import {
  type EventOf,
  type Facts,
  type Sentence,
  type Told,
  debug,
  done,
  error,
  info,
  slotOf,
  sourceRead,
  warn,
} from '../sentence.js';

/** The texts of every event; the spinner, the plain lines and the JSON log use the same. */
export function sentencesOf(event: PgmEvent, directory: string): readonly Told[] {
  const { kind, ...fields } = event;
  // The compiler does not see that each kind gets an event of that kind.
  const say = words[kind] as (event: PgmEvent, directory: string) => Said;
  return [say(event, directory)].flat().map((sentence) => ({
    ...sentence,
    event: sentence.aspect ?? kind,
    facts: inWholeNumbers(sentence.facts ?? fields),
  }));
}

function inWholeNumbers(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.round(value) : value,
    ]),
  );
}

type Said = Sentence | readonly Sentence[];

/**
 * The text of each event. Its fields are the facts in the JSON log, unless a sentence names others; docs/logs.md lists them,
 * and an existing name keeps its meaning. `directory` is that of the source.
 */
const words: {
  readonly [K in PgmEvent['kind']]: (event: EventOf<K>, directory: string) => Said;
} = {
  'source-chosen': ({ directory, reason }) => info(`migrations from ${directory} (${reason})`),
  'source-read': sourceRead,
  'source-missing': ({ reason }) => warn(reason),
  'source-hinted': () => [],
  'watch-lost': ({ reason }) => warn(reason, { slot: slotOf('watch') }),
  embedded: ({ level, message }) => ({ level, text: message, facts: {} }),
  'waiting-for-postgres': ({ reason }) =>
    warn(`waiting for PostgreSQL: ${reason}`, { slot: slotOf('postgres') }),
  'postgres-answered': ({ version, target }) => debug(`PostgreSQL ${version} answers at ${target}`),
  'database-ensured': ({ database, outcome }) =>
    outcome === 'created'
      ? done(`database ${database} created`)
      : debug(`database ${database} exists`),
  'pooler-found': ({ target }) =>
    warn(
      `${target} is a connection pooler: session locks do not work through it, so pgm keeps its lock in an open transaction; ` +
        'connect to PostgreSQL directly where you can',
      { slot: slotOf('pooler') },
    ),
  'waiting-for-lock': waitingForLock,
  'lock-acquired': lockAcquired,
  'readiness-turned': ({ ready, reason, forMs }) =>
    ready
      ? info(`ready again after ${duration(forMs)}`)
      : warn(`not ready for ${duration(forMs)}: ${reason ?? ''}`),
  'drift-found': driftFound,
  'drift-over': ({ revision }) =>
    info(`the drift is over: the database is again as revision ${short(revision)} left it`),
  'health-listening': ({ address }) =>
    info(`probes at ${address}/liveness and ${address}/readiness`),
  watching,
  stopping: ({ signal }) => info(`${signal}: stopping`),
  note: ({ message }) => info(message, { facts: {} }),
  warning: ({ message }) => warn(message, { facts: {} }),
  'run-planned': ({ revision, steps, total }) =>
    debug(`revision ${short(revision)}: ${steps} of ${count(total, 'migration')} to apply`),
  'run-finished': runFinished,
  'dry-run-finished': dryRunFinished,
  superseded,
  supersedes,
  'run-failed': ({ reason }) =>
    warn(`${reason}; trying again until it works`, { slot: slotOf('postgres') }),
  'baseline-finished': ({ keys }) =>
    info(`${count(keys.length, 'migration')} marked as applied, none was run`, {
      facts: { migrations: keys.length },
    }),
  'dry-baseline-finished': dryBaselineFinished,
  ...fleetWords,
  'target-event': (event, directory) => targetEvent(event, sentencesOf(event.event, directory)),
  'verify-progress': () => [],
  'verify-finished': () => [],
  'migration-started': ({ key, at, of }) => debug(`${printable(key)} (${at} of ${of})`),
  'migration-applied': ({ key, durationMs, outOfOrder }) => {
    const late = outOfOrder ? ', out of order: a later one was applied before it' : '';
    return done(`${printable(key)} applied (${duration(durationMs)})${late}`);
  },
  'pairs-dissolved': ({ key, pairs }) =>
    info(
      `${printable(key)} has ${count(pairs, 'pair')} of BEGIN … COMMIT: left out, the file is one transaction`,
      { slot: slotOf('dissolved', key) },
    ),
  'lint-finding': lintFinding,
  'migration-skipped': ({ key }) => info(`${printable(key)} was applied by another runner`),
  'migration-baselined': ({ key }) => done(`${printable(key)} marked as applied`),
  'migration-failed': failed,
  'migration-held': ({ key, because }) =>
    warn(`${printable(key)} held: ${because}`, { slot: slotOf('file', key) }),
  'migration-slow': slow,
  'migration-retried': ({ key, sqlstate, inMs }) => {
    const what = `${printable(key)} conflicted with another session (SQLSTATE ${sqlstate})`;
    return warn(`${what}; retrying in ${duration(inMs)}`, {
      slot: slotOf('contention', key),
      gist: sqlstate,
      facts: { key, sqlstate, retryInMs: inMs },
    });
  },
  notice: ({ key, notice: { severity, message } }) => {
    const say = severity === 'WARNING' ? warn : info;
    const text = `${printable(key)} ${severity}: ${printable(message)}`;
    return say(text, { facts: { key, severity } });
  },
  'notices-dropped': ({ key, count: dropped }) =>
    info(`${printable(key)} sent ${count(dropped, 'more notice')}, not shown`),
};

/** Each run of another runner has a new backend, so the gist omits the process id. */
function waitingForLock({ holder, waitedMs }: EventOf<'waiting-for-lock'>): Sentence {
  const who = holder === null ? '' : `: ${describeHolder(holder)}`;
  return warn(`another runner is at work${who}; waiting`, {
    slot: slotOf('lock'),
    gist: holder === null ? '' : `${holder.application} ${holder.user}`,
    facts: { lockHolder: holder, waitedMs },
  });
}

/** Runners that start together wait for each other briefly, which is not news. */
function lockAcquired({ waitedMs }: EventOf<'lock-acquired'>): Sentence {
  const say = waitedMs < 1_000 ? debug : info;
  const text = `the other runner is done; waited ${duration(waitedMs)} for it`;
  return say(text, { slot: slotOf('lock'), gist: 'acquired' });
}

function watching({ directory, mounted, address }: EventOf<'watching'>): Sentence {
  const what = mounted
    ? `watching ${directory}, a mounted ConfigMap`
    : `watching ${directory}: save a file there and it is applied`;
  return info(`${what}; readiness at ${address}/readiness`);
}

/** The lines below may differ in each attempt (a deadlock names process ids); the first line does not. */
function failed({ key, path, failure }: EventOf<'migration-failed'>, directory: string): Sentence {
  const { sqlstate, place } = failure;
  return error(`${location(directory, path, failure)} ${headline(failure)}`, {
    below: particulars(failure),
    slot: slotOf('file', key),
    facts: {
      key,
      path,
      sqlstate,
      line: place?.line ?? null,
      column: place?.column ?? null,
      failure,
    },
  });
}
