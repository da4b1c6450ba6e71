import type { LintRuleName } from '../../core/statements/rule-names.js';
import type { Rule } from '../known/rule.js';
import { dropTable } from './data/drop-table.js';
import { indexWithoutConcurrently } from './locks/index-without-concurrently.js';
import { numberGap } from './order/number-gap.js';
import { createWithoutIfNotExists } from './second-run/create-without-if-not-exists.js';

/** Every rule, in the order of `lintRuleNames`: the types see to it that none is missing. */
export const rules: { readonly [N in LintRuleName]: Rule<N> } = {
  'create-without-if-not-exists': createWithoutIfNotExists,
  'index-without-concurrently': indexWithoutConcurrently,
  'drop-table': dropTable,
  'number-gap': numberGap,
};
