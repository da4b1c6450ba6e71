import type { RunSummary } from '../../../core/watch/run-log.js';
import { type Html, markup } from '../parts/html.js';
import { percent } from '../parts/shares.js';
import { similarStates } from '../parts/states.js';
import { duration } from '../../../core/text/words.js';
import { age } from '../parts/words.js';

/** A run in the timeline; positions and sizes are shares of 1. */
interface Bar {
  readonly run: RunSummary;
  readonly left: number;
  readonly width: number;
  /** Logarithm of the duration, so that both 4 ms and 20 minutes are visible. */
  readonly height: number;
}

/** `runs` are newest first. The timeline is from the start of the oldest run to `now`, and at least a minute long. */
export function layOut(runs: readonly RunSummary[], now: number): readonly Bar[] {
  const { from, span } = timeOf(runs, now);
  return runs.map((run) => {
    const left = (run.endedAt - run.durationMs - from) / span;
    const height = Math.log10(Math.max(run.durationMs, 1)) / Math.log10(longestMs);
    return {
      run,
      left: within(left),
      width: Math.max(narrowest, within(run.durationMs / span)),
      height: lowest + (1 - lowest) * within(height),
    };
  });
}

/** Draws the runs. Hidden from screen readers, which read the table. */
export function timeline(runs: readonly RunSummary[], now: number): Html {
  const bars = layOut(runs, now).map(bar);
  const { span } = timeOf(runs, now);
  return markup`<figure class="timeline" aria-hidden="true">
    <svg class="bars">
      <line class="floor" x1="0" y1="100%" x2="100%" y2="100%" />
      ${bars}
    </svg>
    <figcaption>
      <span>${age(span) ?? ''}</span><span>the taller the bar, the longer the run</span
      ><span>now</span>
    </figcaption>
  </figure>`;
}

const longestMs = 600_000;
const lowest = 0.2;
/** A bar with zero width would not be drawn at all. */
const narrowest = 0.001;
const shortestSpanMs = 60_000;

function timeOf(runs: readonly RunSummary[], now: number): { from: number; span: number } {
  const from = Math.min(now - shortestSpanMs, ...runs.map((run) => run.endedAt - run.durationMs));
  return { from, span: now - from };
}

/** Values are outside 0 to 1 if the clock was set back. */
function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function bar({ run, left, width, height }: Bar): Html {
  return markup`<g class="s-${similarStates[run.result]}" data-key="bar:${run.endedAt}"
    ><title>${run.result}, ${duration(run.durationMs)}</title
    ><rect
      x="${percent(left)}"
      y="${percent(1 - height)}"
      width="${percent(width)}"
      height="${percent(height)}"
  /></g>`;
}
