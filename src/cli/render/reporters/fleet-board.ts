import type { PgmEvent } from '../../../core/events.js';
import { printable } from '../../../core/files/names.js';
import { isTrouble } from '../../../core/fleet/outcome.js';
import { count, grouped } from '../../../core/text/words.js';

/** What a terminal shows during a run over many databases: a bar for all, and a line for each in progress. */
export class FleetBoard {
  /** What each target is doing, by name. */
  readonly #running = new Map<string, string>();
  #of = 0;
  #ended = 0;
  #trouble = 0;

  /** Lines to show from this event on; null for no lines, undefined if nothing changes. */
  hear(event: PgmEvent): string | null | undefined {
    switch (event.kind) {
      case 'fleet-planned':
        this.#of = event.targets;
        return this.#text();
      case 'target-started':
        this.#running.set(event.name, 'connecting');
        return this.#text();
      case 'target-event':
        return this.#hearTarget(event.name, event.event);
      case 'target-postponed':
        this.#running.delete(event.name);
        return this.#text();
      case 'target-finished':
        this.#running.delete(event.outcome.target);
        this.#ended += 1;
        if (isTrouble(event.outcome)) this.#trouble += 1;
        return this.#text();
      case 'fleet-finished':
        return null;
      default:
        return undefined;
    }
  }

  #hearTarget(name: string, event: PgmEvent): string | undefined {
    const activity = activityAt(event);
    if (activity === null || this.#running.get(name) === activity) return undefined;
    this.#running.set(name, activity);
    return this.#text();
  }

  #text(): string {
    const running = [...this.#running].slice(0, mostLines);
    const others = this.#running.size - running.length;
    const bad = this.#trouble === 0 ? '' : `, ${grouped(this.#trouble)} in trouble`;
    return [
      `${bar(this.#ended, this.#of)} ${grouped(this.#ended)} of ${count(this.#of, 'target')}${bad}`,
      ...running.map(([name, activity]) => `    ${printable(name)}  ${activity}`),
      ...(others > 0 ? [`    and ${count(others, 'other')}`] : []),
    ].join('\n');
  }
}

/** As many as fit below the permanent lines. */
const mostLines = 16;

function activityAt(event: PgmEvent): string | null {
  switch (event.kind) {
    case 'migration-started':
      return `[${event.at}/${event.of}] ${printable(event.key)}`;
    case 'waiting-for-lock':
      return 'waiting for another runner';
    case 'waiting-for-postgres':
      return 'waiting for PostgreSQL';
    default:
      return null;
  }
}

const barLength = 24;

function bar(ended: number, of: number): string {
  const full = of === 0 ? barLength : Math.floor((ended / of) * barLength);
  return `${'█'.repeat(full)}${'░'.repeat(barLength - full)}`;
}
