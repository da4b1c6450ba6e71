import type { PgmEvent } from '../../../../core/events.js';
import { printable } from '../../../../core/files/names.js';
import {
  isUpToDate,
  outcomesOf,
  stateWords,
  summaryOf,
  troubleOf,
} from '../../../../core/fleet/fleet-report.js';
import { isTrouble, type TargetOutcome } from '../../../../core/fleet/outcome.js';
import { count, duration, grouped } from '../../../../core/text/words.js';
import { headline, location, particulars } from '../failure.js';
import { targetLines } from '../fleet/fleet-lines.js';
import {
  allApplied,
  debug,
  done,
  error,
  type EventOf,
  info,
  type Sentence,
  type Slot,
  type Told,
  warn,
} from '../sentence.js';

type FleetKind = Extract<PgmEvent['kind'], `fleet-${string}` | `target-${string}` | 'wave-started'>;

/** The texts of a run over many databases, except those of the run of each target. */
export const fleetWords: {
  readonly [K in Exclude<FleetKind, 'target-event'>]: (
    event: EventOf<K>,
    directory: string,
  ) => Sentence | readonly Sentence[];
} = {
  'fleet-planned': fleetPlanned,
  'wave-started': ({ wave, targets }) =>
    info(`wave ${printable(wave)} begins: ${count(targets, 'target')}`),
  'target-started': ({ name }) =>
    debug(`${printable(name)} begins`, { facts: { targetName: name } }),
  'target-postponed': targetPostponed,
  'target-finished': targetFinished,
  'fleet-progress': fleetProgress,
  'fleet-pausing': ({ forMs, before }) =>
    info(`waiting for ${duration(forMs)} before the wave ${printable(before)}`, {
      facts: { forMs, wave: before },
    }),
  'fleet-stopped': ({ reason }) => warn(`nothing new is started: ${printable(reason)}`),
  'fleet-finished': fleetFinished,
};

/** Events of a target's run that are in the log of a fleet; the others need `--verbose`. */
const worthALine: ReadonlySet<PgmEvent['kind']> = new Set<PgmEvent['kind']>([
  'migration-slow',
  'migration-retried',
  'pooler-found',
  'waiting-for-lock',
  'warning',
]);

/** What the run of one target reported, under its name. */
export function targetEvent(
  { name, event }: EventOf<'target-event'>,
  told: readonly Told[],
): readonly Sentence[] {
  return told.map(({ slot, ...sentence }) => {
    const isShown = worthALine.has(event.kind);
    const text = `${printable(name)}: ${sentence.text}`;
    const facts = { targetName: name, ...sentence.facts };
    const own = { ...sentence, text, facts, aspect: sentence.event };
    if (!isShown) return { ...own, level: 'debug' };
    return slot === undefined ? own : { ...own, slot: slotAt(slot, name) };
  });
}

/** Each target has slots of its own. */
function slotAt(slot: Slot, name: string): Slot {
  return `${slot} at ${name}` as Slot;
}

function fleetPlanned({ targets, waves }: EventOf<'fleet-planned'>): Sentence {
  const each = waves.map(({ name, targets: own }) => `${printable(name)} ${grouped(own)}`);
  const parts = waves.length === 1 ? '' : ` in ${count(waves.length, 'wave')}: ${each.join(', ')}`;
  return info(`${count(targets, 'target')}${parts}`);
}

function targetPostponed({ name, reason }: EventOf<'target-postponed'>): Sentence {
  const text = `${printable(name)} is tried again at the end of its wave: ${printable(reason)}`;
  return warn(text, { facts: { targetName: name, reason } });
}

/** The one line that each target has. */
function targetFinished({ outcome }: EventOf<'target-finished'>, directory: string): Sentence {
  const { target, state, reason, revision, behindBy, applied, failure, durationMs } = outcome;
  const facts = {
    targetName: target,
    state,
    reason,
    revision,
    behindBy,
    applied: applied.length,
    durationMs,
    failure: failure?.failure ?? null,
  };
  const text = `${printable(target)} ${inWords(outcome)}`;
  if (state === 'not-begun') return debug(text, { facts });
  if (state === 'behind') return info(text, { facts });
  if (!isTrouble(outcome)) return done(text, { facts });
  return error(text, { below: below(outcome, directory), facts });
}

function inWords({ state, reason, applied, durationMs }: TargetOutcome): string {
  const why = reason === null ? '' : `: ${printable(reason)}`;
  const took = `(${duration(durationMs)})`;
  const files = applied.length === 0 ? '' : `, ${count(applied.length, 'file')} applied`;
  if (state === 'not-begun') return `${stateWords[state]}${why}`;
  return `${stateWords[state]}${files} ${took}${why}`;
}

function below({ failure }: TargetOutcome, directory: string): readonly string[] {
  if (failure === null) return [];
  const { path, failure: why } = failure;
  return [`${location(directory, path, why)} ${headline(why)}`, ...particulars(why)];
}

function fleetProgress(event: EventOf<'fleet-progress'>): Sentence {
  const { ended, of, trouble, running } = event;
  const named = running.slice(0, mostNamed).map(printable).join(', ');
  const others = running.length - mostNamed;
  const at = running.length === 0 ? '' : `; working on ${named}`;
  const more = others > 0 ? ` and ${count(others, 'other')}` : '';
  const bad = trouble === 0 ? '' : `, ${grouped(trouble)} in trouble`;
  const facts = { ended, of, trouble, running: running.slice(0, mostListed) };
  return info(`${grouped(ended)} of ${count(of, 'target')} over${bad}${at}${more}`, { facts });
}

const mostNamed = 5;
const mostListed = 100;

/** The table at the end: what all targets have in common, and each that needs attention. */
function fleetFinished(
  { report }: EventOf<'fleet-finished'>,
  directory: string,
): readonly Sentence[] {
  const { revision, generation, stopped, durationMs } = report;
  const outcomes = outcomesOf(report);
  const summary = summaryOf(outcomes);
  const facts = {
    revision,
    generation,
    durationMs,
    targets: outcomes.length,
    summary,
    stopped,
    upToDate: isUpToDate(outcomes) && stopped === null,
  };
  const bad = outcomes.filter((each) => isTrouble(each) && each.state !== 'not-begun');
  const lines = targetLines(bad, directory);
  const text = `${summary} (${duration(durationMs)})`;
  if (troubleOf(report) !== 'none') return [error(text, { below: lines, facts })];
  return facts.upToDate && outcomes.length > 0
    ? [
        info(text, { facts }),
        done(allApplied, { aspect: 'verdict', facts: verdictFacts(revision) }),
      ]
    : [info(text, { facts })];
}

function verdictFacts(revision: string) {
  return { revision, upToDate: true, reason: null };
}
