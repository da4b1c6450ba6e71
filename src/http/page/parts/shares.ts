import { migrationStates, type MigrationState } from '../../../core/run/compare.js';
import { type Html, markup, nothing } from './html.js';

type Counts = Readonly<Record<MigrationState, number>>;

/** A bar of all migrations by state. Hidden from screen readers, because the numbers are also given as text. */
export function shareBar(counts: Counts): Html {
  const states = migrationStates.filter((state) => counts[state] > 0);
  if (states.length === 0) return nothing;
  const widths = shares(states.map((state) => counts[state]));
  let left = 0;
  const bars = states.map((state, at) => {
    const x = left;
    const width = widths[at] ?? 0;
    left += width;
    return markup`<rect
      class="s-${state}"
      x="${percent(x)}"
      y="0"
      width="${percent(width)}"
      height="100%"
    />`;
  });
  return markup`<svg class="shares" aria-hidden="true">${bars}</svg>`;
}

/** Shares of 1. None is too narrow to see: the bar must show one failure among 10,000 migrations. */
export function shares(numbers: readonly number[]): readonly number[] {
  const all = numbers.reduce((sum, number) => sum + number, 0);
  const wide = numbers.map((number) => Math.max(number / all, narrowest));
  const sum = wide.reduce((total, share) => total + share, 0);
  return wide.map((share) => share / sum);
}

const narrowest = 0.015;

export function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
