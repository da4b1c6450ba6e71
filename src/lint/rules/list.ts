import type { LintRuleName } from '../../core/statements/rule-names.js';
import type { Rule } from '../known/rule.js';
import { dropTable } from './data/drop-table.js';
import { indexWithoutConcurrently } from './locks/index-without-concurrently.js';
import { byteOrderDiffers } from './order/byte-order-differs.js';
import { fileOverConfigmapSize } from './order/file-over-configmap-size.js';
import { nameUnfitForConfigmap } from './order/name-unfit-for-configmap.js';
import { numberGap } from './order/number-gap.js';
import { numberTwice } from './order/number-twice.js';
import { sourceOverConfigmapSize } from './order/source-over-configmap-size.js';
import { definerSearchPathOpen } from './security/definer-search-path-open.js';
import { definerWithoutSearchPath } from './security/definer-without-search-path.js';
import { grantToPublic } from './security/grant-to-public.js';
import { passwordInFile } from './security/password-in-file.js';
import { policyWithoutRowSecurity } from './security/policy-without-row-security.js';
import { rowSecurityWithoutPolicy } from './security/row-security-without-policy.js';
import { createWithoutIfNotExists } from './second-run/create-without-if-not-exists.js';

/** Every rule, in the order of `lintRuleNames`: the types see to it that none is missing. */
export const rules: { readonly [N in LintRuleName]: Rule<N> } = {
  'create-without-if-not-exists': createWithoutIfNotExists,
  'index-without-concurrently': indexWithoutConcurrently,
  'drop-table': dropTable,
  'definer-search-path-open': definerSearchPathOpen,
  'definer-without-search-path': definerWithoutSearchPath,
  'grant-to-public': grantToPublic,
  'password-in-file': passwordInFile,
  'policy-without-row-security': policyWithoutRowSecurity,
  'row-security-without-policy': rowSecurityWithoutPolicy,
  'byte-order-differs': byteOrderDiffers,
  'file-over-configmap-size': fileOverConfigmapSize,
  'name-unfit-for-configmap': nameUnfitForConfigmap,
  'number-gap': numberGap,
  'number-twice': numberTwice,
  'source-over-configmap-size': sourceOverConfigmapSize,
};
