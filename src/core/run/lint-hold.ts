import type { Snapshot } from '../files/migration.js';
import { type Excerpt, located, type Place } from '../text/position.js';
import { count } from '../text/words.js';
import type { MigrationStatus } from './compare.js';
import type { Plan } from './plan.js';

/** What `--lint` found in a revision, so that none of it is applied. */
export interface LintHold {
  readonly revision: string;
  readonly errors: number;
  readonly warnings: number;
  /** In the order of the files; there is at least one. */
  readonly findings: readonly HoldingFinding[];
}

export interface HoldingFinding {
  /** Relative to the source; empty for the source as a whole. */
  readonly path: string;
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  /** What is wrong, without values from the file. */
  readonly message: string;
  readonly place: Place | null;
  readonly excerpt: Excerpt | null;
  readonly advice: string | null;
}

/** Checks what is due before any of it is sent. */
export interface Gate {
  /** `postgres`: the version that the server reports; null if there is none yet. Returns null if the files may be sent. */
  look(due: Due, postgres: string | null): Promise<LintHold | null>;
}

/** A revision, and the files of it that are due according to the history. */
export interface Due {
  readonly snapshot: Snapshot;
  readonly details: readonly MigrationStatus[];
  readonly plan: Plan;
}

/** Names rules and places only, so a public endpoint may show it. */
export function heldReason({ errors, warnings, findings }: LintHold): string {
  const counts = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ];
  const [first] = findings;
  const where = first === undefined ? '' : `, first ${first.rule}${at(first)}`;
  return `lint found ${counts.join(' and ')}${where}`;
}

function at({ path, place }: HoldingFinding): string {
  return path === '' ? '' : ` in ${located(path, place)}`;
}
