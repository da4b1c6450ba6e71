import type { StatusView } from '../../core/watch/status-view.js';
import type { Content } from '../send.js';
import { contentOf, frame } from './frame.js';
import { asides } from './sections/asides.js';
import { attempts } from './sections/attempts.js';
import { attention, heldByLint } from './sections/attention.js';
import { banner } from './sections/banner.js';
import { drift } from './sections/drift.js';
import { facts } from './sections/facts.js';
import { markup } from './parts/html.js';
import { runs } from './sections/runs.js';
import { schemas } from './sections/schemas.js';
import { verdictOf } from './parts/verdict.js';

/** The answer to `GET /`. */
export function pageContent(view: StatusView): Content {
  return contentOf(renderPage(view));
}

/** The whole document. It is complete without its script. */
export function renderPage(view: StatusView): string {
  const main = markup`${banner(view)} ${facts(view)} ${heldByLint(view)} ${attention(view)} ${drift(view)}
    ${schemas(view)} ${runs(view)} ${attempts(view)} ${asides(view)}`;
  return frame(view, verdictOf(view), main);
}
