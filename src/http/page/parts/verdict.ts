import type { StatusView } from '../../../core/watch/status-view.js';
import { grouped } from '../../../core/text/words.js';
import { type Html, markup, nothing } from './html.js';
import { instantWithAge } from './words.js';

/** `good`: ready. `bad`: a person must act. `away`: something is missing. `busy`: in progress. */
export type Tone = 'good' | 'bad' | 'away' | 'busy';

/** The verdict at the top of the page. */
interface Shown {
  readonly tone: Tone;
  readonly word: 'Ready' | 'Not ready';
  /** Why it is not ready, or what is. */
  readonly reason: string;
  /** Of the window. Starts with a sign, because a narrow tab shows only that. */
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

/** True when the last answer of the database is out of date, so that the page must say so. */
export function isOld({ health, seen, at }: StatusView): boolean {
  return seen !== null && (health.postgres !== 'up' || at - seen.at > freshMs);
}

/** Next to a heading: the time of the data, if it is out of date. */
export function asOf(view: StatusView): Html {
  const { seen, at } = view;
  if (seen === null || !isOld(view)) return nothing;
  return markup`<span class="as-of">as of ${instantWithAge(seen.at, at)}</span>`;
}

/** Answers are at most a second or two old; older ones mean that the database no longer answers. */
const freshMs = 10_000;

const titleSigns: Readonly<Record<Tone, string>> = { good: '✔', bad: '✖', away: '▲', busy: '◔' };

function toneOf(view: StatusView): Tone {
  const { health, seen, activity } = view;
  const verdict = seen?.report.verdict;
  const isFailing = verdict?.kind === 'behind' && verdict.failing;
  if (health.ready) return isFailing || isBlind(view) ? 'away' : 'good';
  if (health.postgres === 'down' || health.revision === null) return 'away';
  if (isFailing) return 'bad';
  if (health.migrations !== null && verdict?.kind === 'behind') return 'busy';
  if (verdict?.kind === 'no-migrations') return 'away';
  return activity === null ? 'bad' : 'busy';
}

/** With `--readiness once` a database that was once up to date is ready, despite what the page should mention. */
function whatIsReady(view: StatusView): string {
  const { health, seen } = view;
  const verdict = seen?.report.verdict;
  if (verdict?.kind === 'behind') {
    const what = seen?.report.isSuperseded === true ? 'it was once applied in full' : brought;
    return `${what}: ${verdict.reason}`;
  }
  if (isBlind(view)) return `${brought}: ${whatIsUnseen(view)}`;
  const applied = health.migrations?.applied ?? 0;
  if (applied === 0) return 'there are no migrations, and none are required';
  return applied === 1
    ? 'the one migration is applied'
    : `all ${grouped(applied)} migrations are applied`;
}

const brought = 'the database was once up to date';

/** Ready without files to compare the database with, or without a look at its history. */
function isBlind({ health, seen }: StatusView): boolean {
  return health.ready && (health.migrations === null || isWithout(seen));
}

function isWithout(seen: StatusView['seen']): boolean {
  return seen?.report.verdict.kind === 'no-migrations';
}

function whatIsUnseen({ health, seen }: StatusView): string {
  if (health.revision === null) return 'the migrations directory is missing or not readable';
  return isWithout(seen) ? 'no migrations found' : 'PostgreSQL refuses to show the history';
}

/** The readiness probe adds the activity after a semicolon; the page shows it separately. */
function whyNot({ health, activity }: StatusView): string {
  const reason = health.reason ?? 'no reason given';
  const tail = `; ${activity ?? ''}`;
  return activity !== null && reason.endsWith(tail) ? reason.slice(0, -tail.length) : reason;
}

/** Short enough for a tab. A file is named by its number only. */
function shorten(reason: string): string {
  const brief = reason.replace(/(\/\d+)_\S*(?= failed)/, '$1');
  const letters = Array.from(brief);
  return letters.length > longestTitle ? `${letters.slice(0, longestTitle).join('')}…` : brief;
}

const longestTitle = 60;
