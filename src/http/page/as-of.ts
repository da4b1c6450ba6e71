import type { StatusView } from '../../core/status-view.js';
import { type Html, markup, nothing } from './html.js';
import { isOld } from './verdict.js';
import { instantWithAge } from './words.js';

/** Beside a heading: of when it is, where that is not now. */
export function asOf(view: StatusView): Html {
  const { seen, at } = view;
  if (seen === null || !isOld(view)) return nothing;
  return markup`<span class="as-of">as of ${instantWithAge(seen.at, at)}</span>`;
}
