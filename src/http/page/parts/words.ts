import type { MigrationFailure } from '../../../core/failure/failure.js';
import type { RunSummary } from '../../../core/watch/run-log.js';
import { grouped } from '../../../core/text/words.js';
import { type Html, markup } from './html.js';

/** `2 min ago`, in one unit; null for a time in the future, which a clock of another machine can give. */
export function age(ms: number): string | null {
  if (ms < -1_000) return null;
  const unit = units.find(({ size }) => ms >= size);
  return unit === undefined ? 'just now' : `${Math.floor(ms / unit.size)} ${unit.name} ago`;
}

const dayMs = 86_400_000;

const units = [
  { size: dayMs, name: 'd' },
  { size: 3_600_000, name: 'h' },
  { size: 60_000, name: 'min' },
  { size: 1_000, name: 's' },
] as const;

/** What went wrong, without the SQLSTATE, which is shown next to it. */
export function failureTitle({ message, kind }: MigrationFailure): string {
  return kind === 'refused' ? `not sent: ${message}` : message;
}

/** What a run did to the files: `3 applied, 1 failed`. */
export function filesOf({ applied, failed, held, result }: RunSummary): string {
  const parts = [
    applied > 0 && `${grouped(applied)} applied`,
    failed > 0 && `${grouped(failed)} failed`,
    held > 0 && `${grouped(held)} held`,
  ].filter((part) => typeof part === 'string');
  if (parts.length > 0) return parts.join(', ');
  return result === 'broken' ? 'nothing applied' : 'nothing to do';
}

/**
 * `time` is ISO 8601 or milliseconds since 1970. Shown in UTC, with the date if it is not that of `now`; `brief` then
 * shows only the date.
 */
export function instant(time: string | number, now: number, brief = false): Html {
  const date = new Date(time);
  const ms = date.getTime();
  if (Number.isNaN(ms)) return markup`${String(time)}`;
  const iso = date.toISOString();
  const isToday = Math.floor(ms / dayMs) === Math.floor(now / dayMs);
  const [day, clock] = [iso.slice(0, 10), iso.slice(11, 19)];
  const shown = isToday ? clock : brief ? day : `${day} ${clock}`;
  if (brief) return markup`<time datetime="${iso}">${shown}</time>`;
  return markup`<time datetime="${iso}" title="${day} ${clock} UTC">${shown}</time>`;
}

/** `12:03:10 UTC, 2 min ago` */
export function instantWithAge(time: string | number, now: number): Html {
  const ms = new Date(time).getTime();
  const ago = Number.isNaN(ms) ? null : age(now - ms);
  return markup`${instant(time, now)} UTC${ago === null ? null : markup`, <span class="age">${ago}</span>`}`;
}
