import type { StatusView } from '../../core/status-view.js';
import { grouped } from '../../core/words.js';

/** `good`: ready. `bad`: a person has to act. `away`: something is not there. `busy`: it is on its way. */
export type Tone = 'good' | 'bad' | 'away' | 'busy';

/** The one glance. */
export interface Shown {
  readonly tone: Tone;
  readonly word: 'Ready' | 'Not ready';
  /** Why not, or what is ready. */
  readonly reason: string;
  /** Of the window; begins with a sign, because that is all of it that a narrow tab shows. */
  readonly title: string;
}

export function verdictOf(view: StatusView): Shown {
  const tone = toneOf(view);
  const { ready } = view.health;
  const reason = ready ? whatIsReady(view) : whyNot(view);
  const brief = ready && tone === 'good' ? 'ready' : shorten(reason);
  return {
    tone,
    word: ready ? 'Ready' : 'Not ready',
    reason,
    title: `${titleSigns[tone]} ${brief} · pgm`,
  };
}

/** True when what the database said last is not of this moment, so that it must not be taken for the present. */
export function isOld({ health, seen, at }: StatusView): boolean {
  return seen !== null && (health.postgres !== 'up' || at - seen.at > freshMs);
}

/** An answer stands for a second or two; more, and the question was not answered. */
const freshMs = 10_000;

const titleSigns: Readonly<Record<Tone, string>> = { good: '✔', bad: '✖', away: '▲', busy: '◔' };

function toneOf({ health, seen, activity }: StatusView): Tone {
  const verdict = seen?.report.verdict;
  const isFailing = verdict?.kind === 'behind' && verdict.failing;
  if (health.ready) return isFailing ? 'away' : 'good';
  if (health.postgres === 'down' || health.revision === null) return 'away';
  if (isFailing) return 'bad';
  if (health.migrations !== null && verdict?.kind === 'behind') return 'busy';
  if (verdict?.kind === 'no-migrations') return 'away';
  return activity === null ? 'bad' : 'busy';
}

/** Ready in spite of failures is what `--readiness attempted` asks for; a person should know of them all the same. */
function whatIsReady({ health, seen }: StatusView): string {
  const verdict = seen?.report.verdict;
  if (verdict?.kind === 'behind') return `tried as far as it goes: ${verdict.reason}`;
  const applied = health.migrations?.applied ?? 0;
  if (applied === 0) return 'no migrations, and none are required';
  return applied === 1
    ? 'the one migration is applied'
    : `all ${grouped(applied)} migrations are applied`;
}

/** The readiness probe says what the loop does after a semicolon; here it has a place of its own. */
function whyNot({ health, activity }: StatusView): string {
  const reason = health.reason ?? 'no reason given';
  const tail = `; ${activity ?? ''}`;
  return activity !== null && reason.endsWith(tail) ? reason.slice(0, -tail.length) : reason;
}

/** As much as a tab shows; without the end of a file's name, which the number before it makes up for. */
function shorten(reason: string): string {
  const brief = reason.replace(/(\/\d+)_\S*(?= failed)/, '$1');
  const letters = Array.from(brief);
  return letters.length > longestTitle ? `${letters.slice(0, longestTitle).join('')}…` : brief;
}

const longestTitle = 60;
