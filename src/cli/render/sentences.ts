import { describeBlockers } from '../../core/blockers.js';
import type { PgmEvent } from '../../core/events.js';
import { printable } from '../../core/names.js';
import type { FileProgress } from '../../core/ports.js';
import { describeHolder } from '../../operations/hold-lock.js';
import { count, duration, short } from '../../core/words.js';
import { factsOf } from './facts.js';
import { headline, location, particulars } from './failure.js';
import { dryRunFinished, runFinished } from './run-sentences.js';
import { debug, done, info, type Sentence, slotOf, type Told, warn } from './sentence.js';
import { sourceRead } from './source-sentences.js';

export { allApplied, type Level, type Sentence } from './sentence.js';

type EventOf<K extends PgmEvent['kind']> = Extract<PgmEvent, { kind: K }>;

/** The words of every event; the spinner, the plain lines and the JSON log say the same. */
export function sentencesOf(event: PgmEvent, directory: string): readonly Told[] {
  return inWords(event, directory).map((sentence) => ({
    ...sentence,
    event: sentence.aspect ?? event.kind,
    facts: sentence.facts ?? factsOf(event),
  }));
}

function inWords(event: PgmEvent, directory: string): readonly Sentence[] {
  switch (event.kind) {
    case 'source-chosen':
      return [info(`migrations from ${event.directory} (${event.reason})`)];
    case 'source-read':
      return sourceRead(event.directory, event.snapshot);
    case 'source-missing':
      return [warn(event.reason)];
    case 'source-hinted':
      return [];
    case 'watch-lost':
      return [{ ...warn(event.reason), slot: slotOf('watch') }];
    case 'embedded':
      return [{ level: event.level, text: event.message }];
    case 'waiting-for-postgres':
      return [{ ...warn(`waiting for PostgreSQL: ${event.reason}`), slot: slotOf('postgres') }];
    case 'postgres-answered':
      return [debug(`PostgreSQL ${event.version} answers at ${event.target}`)];
    case 'database-ensured':
      return event.outcome === 'created'
        ? [done(`database ${event.database} created`)]
        : [debug(`database ${event.database} exists`)];
    case 'pooler-found':
      return [pooler(event)];
    case 'waiting-for-lock':
      return [waitingForLock(event)];
    case 'lock-acquired':
      return [lockAcquired(event)];
    case 'run-planned': {
      const { revision, steps, total } = event;
      return [
        debug(`revision ${short(revision)}: ${steps} of ${count(total, 'migration')} to apply`),
      ];
    }
    case 'migration-started':
      return [debug(`${printable(event.key)} (${event.at} of ${event.of})`)];
    case 'migration-applied': {
      const late = event.outOfOrder ? ', out of order: a later one was applied before it' : '';
      return [done(`${printable(event.key)} applied (${duration(event.durationMs)})${late}`)];
    }
    case 'migration-skipped':
      return [info(`${printable(event.key)} was applied by another runner`)];
    case 'migration-baselined':
      return [done(`${printable(event.key)} marked as applied`)];
    case 'migration-failed':
      return [failed(event, directory)];
    case 'migration-held': {
      const { key, because } = event;
      return [{ ...warn(`${printable(key)} held: ${because}`), slot: slotOf('file', key) }];
    }
    case 'migration-slow':
      return [info(slow(printable(event.key), event.progress))];
    case 'migration-retried':
      return [retried(event)];
    case 'notice': {
      const { severity, message } = event.notice;
      const level = severity === 'WARNING' ? 'warn' : 'info';
      return [{ level, text: `${printable(event.key)} ${severity}: ${printable(message)}` }];
    }
    case 'notices-dropped':
      return [info(`${printable(event.key)} said ${count(event.count, 'more thing')}, not shown`)];
    case 'run-finished':
      return runFinished(event);
    case 'dry-run-finished':
      return dryRunFinished(event.report);
    case 'run-failed': {
      const text = `${event.reason}; trying again until it works`;
      return [{ ...warn(text), slot: slotOf('postgres') }];
    }
    case 'health-listening':
      return [info(`probes at ${event.address}/liveness and ${event.address}/readiness`)];
    case 'watching':
      return [info(watching(event))];
    case 'stopping':
      return [info(`${event.signal}: stopping`)];
    case 'note':
      return [info(event.message)];
    case 'warning':
      return [warn(event.message)];
  }
}

function pooler({ target }: EventOf<'pooler-found'>): Sentence {
  const text =
    `${target} is a connection pooler: session locks do not hold there, so pgm keeps its lock in an open transaction; ` +
    'connect to PostgreSQL itself where you can';
  return { ...warn(text), slot: slotOf('pooler') };
}

/** Each run of another runner has a new backend; who it is, is what matters. */
function waitingForLock({ holder }: EventOf<'waiting-for-lock'>): Sentence {
  const who = holder === null ? '' : `: ${describeHolder(holder)}`;
  return {
    ...warn(`another runner is at work${who}; waiting`),
    slot: slotOf('lock'),
    gist: holder === null ? '' : `${holder.application} ${holder.user}`,
  };
}

/** Runners that start at one moment meet for an instant, which is no news. */
function lockAcquired({ waitedMs }: EventOf<'lock-acquired'>): Sentence {
  const text = `the other runner is done; waited ${duration(waitedMs)} for it`;
  const sentence = waitedMs < 1_000 ? debug(text) : info(text);
  return { ...sentence, slot: slotOf('lock'), gist: 'acquired' };
}

/** The lines below may vary from try to try (a deadlock names process ids): the place and the cause do not. */
function failed({ key, path, failure }: EventOf<'migration-failed'>, directory: string): Sentence {
  const text = `${location(directory, path, failure)} ${headline(failure)}`;
  return { level: 'error', text, below: particulars(failure), slot: slotOf('file', key) };
}

function retried({ key, sqlstate, inMs }: EventOf<'migration-retried'>): Sentence {
  const what = `${printable(key)} was in the way of another session (SQLSTATE ${sqlstate})`;
  return {
    ...warn(`${what}; again in ${duration(inMs)}`),
    slot: slotOf('contention', key),
    gist: sqlstate,
  };
}

function slow(key: string, { runningMs, waitingFor, blockers, indexBuild }: FileProgress): string {
  const who = describeBlockers(blockers);
  const parts = [
    `${key} has been running for ${duration(runningMs)}`,
    ...(indexBuild === null ? [] : [indexBuild]),
    ...(who === '' ? [] : [`waiting behind ${who}`]),
    ...(who === '' && waitingFor?.startsWith('Lock') === true ? [`waiting: ${waitingFor}`] : []),
  ];
  return parts.join('; ');
}

function watching({ directory, mounted, address }: EventOf<'watching'>): string {
  const what = mounted
    ? `watching ${directory}, a mounted ConfigMap`
    : `watching ${directory}: save a file there and it is applied`;
  return `${what}; readiness at ${address}/readiness`;
}
