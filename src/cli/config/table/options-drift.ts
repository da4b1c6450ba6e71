import { accepted, type Parsed, parseDuration, refused } from '../../../core/text/words.js';
import { faultOf } from '../../../core/drift/ignored.js';

/** What is kept of the catalog, and what it is compared with. */
export const driftOptions = {
  catalogTimeout: {
    flag: '--catalog-timeout <duration>',
    default: '5s',
    parse: parseDuration,
    help: 'how long it may take to read the catalog, which is kept with each run for pgm drift; 0 keeps nothing',
  },
  driftIgnore: {
    flag: '--drift-ignore <patterns>',
    unset: 'none',
    parse: parsePatterns,
    help: 'schemas (audit, part*) or objects (public.events_*) to leave out of the comparison, separated by commas',
  },
} as const;

function parsePatterns(text: string): Parsed<readonly string[]> {
  const patterns = text.split(',').map((pattern) => pattern.trim());
  const wrong = patterns.find((pattern) => faultOf(pattern) !== null);
  if (wrong === undefined) return accepted(patterns);
  return refused(
    `${wrong === '' ? 'a pattern is empty' : (faultOf(wrong) ?? '')}; use patterns such as audit, part* or public.events_*`,
  );
}
