import type { RunSummary } from '../../core/run-log.js';
import { type Html, markup } from './html.js';
import { percent } from './shares.js';
import { results } from './states.js';
import { duration } from '../../core/words.js';
import { age } from './words.js';

/** Where a run lies in the time that is shown; all are shares of 1. */
export interface Bar {
  readonly run: RunSummary;
  readonly left: number;
  readonly width: number;
  /** By the logarithm of its duration, so that both 4 ms and 20 minutes can be seen. */
  readonly height: number;
}

/** `runs` newest first; the time shown goes from the beginning of the oldest to `now`, and is a minute at least. */
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

/** The same in a picture. The table beside it says it in words. */
export function timeline(runs: readonly RunSummary[], now: number): Html {
  const bars = layOut(runs, now).map(bar);
  const { span } = timeOf(runs, now);
  return markup`<figure class="timeline" aria-hidden="true">
    <svg class="bars">
      <line class="floor" x1="0" y1="100%" x2="100%" y2="100%" />
      ${bars}
    </svg>
    <figcaption>
      <span>${age(span) ?? ''}</span><span>bars by time, the longer the run the higher</span
      ><span>now</span>
    </figcaption>
  </figure>`;
}

const longestMs = 600_000;
const lowest = 0.2;
/** A bar of no width is not drawn at all, not even its line. */
const narrowest = 0.001;
const shortestSpanMs = 60_000;

function timeOf(runs: readonly RunSummary[], now: number): { from: number; span: number } {
  const from = Math.min(now - shortestSpanMs, ...runs.map((run) => run.endedAt - run.durationMs));
  return { from, span: now - from };
}

/** The clock may have been set back since. */
function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function bar({ run, left, width, height }: Bar): Html {
  const { like, word } = results[run.result];
  return markup`<g class="s-${like}" data-key="bar:${run.endedAt}"
    ><title>${word}, ${duration(run.durationMs)}</title
    ><rect
      x="${percent(left)}"
      y="${percent(1 - height)}"
      width="${percent(width)}"
      height="${percent(height)}"
  /></g>`;
}
