import type { Fact } from '../catalog/catalog.js';
import { mask } from '../text/position.js';
import { maskedDefinition } from './masked-definition.js';

/** A fact as a report shows it: literals may be secret, so they are masked wherever drift is shown. */
export function maskedFact(name: string, fact: Fact): Fact {
  if (literals.has(name)) return mask;
  if (typeof fact === 'string') return maskedDefinition(fact);
  if (typeof fact !== 'object') return fact;
  if (name === 'values') return fact.map((each) => maskedSetting(String(each)));
  return fact.map((each) => (typeof each === 'string' ? maskedDefinition(each) : each));
}

/** What an application declares is a setting whose name has a dot. */
function maskedSetting(setting: string): string {
  return setting.replace(/^([^=]*\.[^=]*)=.*/s, `$1=${mask}`);
}

/** A fact as one text. */
export function factText(fact: Fact): string {
  return typeof fact === 'object' ? fact.join('; ') : String(fact);
}

/** Facts that are a literal as a whole. */
const literals: ReadonlySet<string> = new Set([
  'comment',
  'not null comment',
  'initial state',
  'moving initial state',
  'security labels',
]);
