import type { LintRuleName } from '../../core/statements/rule-names.js';
import type { Rule } from '../known/rule.js';
import { dropTable } from './data/drop-table.js';
import { alterRewritesTable } from './locks/alter-rewrites-table.js';
import { attachScansPartition } from './locks/attach-scans-partition.js';
import { checkWithoutNotValid } from './locks/check-without-not-valid.js';
import { clusterOrVacuumFull } from './locks/cluster-or-vacuum-full.js';
import { detachWithoutConcurrently } from './locks/detach-without-concurrently.js';
import { dropIndexWithoutConcurrently } from './locks/drop-index-without-concurrently.js';
import { excludeOnOldTable } from './locks/exclude-on-old-table.js';
import { foreignKeyWithoutNotValid } from './locks/foreign-key-without-not-valid.js';
import { indexWithoutConcurrently } from './locks/index-without-concurrently.js';
import { lockAfterBackfill } from './locks/lock-after-backfill.js';
import { lockTableShutsOutReaders } from './locks/lock-table-shuts-out-readers.js';
import { lockTimeoutOff } from './locks/lock-timeout-off.js';
import { refreshWithoutConcurrently } from './locks/refresh-without-concurrently.js';
import { reindexWithoutConcurrently } from './locks/reindex-without-concurrently.js';
import { setNotNullScansTable } from './locks/set-not-null-scans-table.js';
import { uniqueWithoutUsingIndex } from './locks/unique-without-using-index.js';
import { workUnderLock } from './locks/work-under-lock.js';
import { byteOrderDiffers } from './order/byte-order-differs.js';
import { fileOverConfigmapSize } from './order/file-over-configmap-size.js';
import { nameUnfitForConfigmap } from './order/name-unfit-for-configmap.js';
import { numberGap } from './order/number-gap.js';
import { numberTwice } from './order/number-twice.js';
import { sourceOverConfigmapSize } from './order/source-over-configmap-size.js';
import { needsNewerPostgres } from './portability/needs-newer-postgres.js';
import { createWithoutIfNotExists } from './second-run/create-without-if-not-exists.js';
import { definerSearchPathOpen } from './security/definer-search-path-open.js';
import { definerWithoutSearchPath } from './security/definer-without-search-path.js';
import { grantToPublic } from './security/grant-to-public.js';
import { passwordInFile } from './security/password-in-file.js';
import { policyWithoutRowSecurity } from './security/policy-without-row-security.js';
import { rowSecurityWithoutPolicy } from './security/row-security-without-policy.js';
import { commitInBlock } from './transactions/commit-in-block.js';
import { outsideTransactionInBlock } from './transactions/outside-transaction-in-block.js';
import { validateInSameTransaction } from './transactions/validate-in-same-transaction.js';

/** Every rule, in the order of `lintRuleNames`: the types see to it that none is missing. */
export const rules: { readonly [N in LintRuleName]: Rule<N> } = {
  'create-without-if-not-exists': createWithoutIfNotExists,
  'alter-rewrites-table': alterRewritesTable,
  'attach-scans-partition': attachScansPartition,
  'check-without-not-valid': checkWithoutNotValid,
  'cluster-or-vacuum-full': clusterOrVacuumFull,
  'detach-without-concurrently': detachWithoutConcurrently,
  'drop-index-without-concurrently': dropIndexWithoutConcurrently,
  'exclude-on-old-table': excludeOnOldTable,
  'foreign-key-without-not-valid': foreignKeyWithoutNotValid,
  'index-without-concurrently': indexWithoutConcurrently,
  'lock-after-backfill': lockAfterBackfill,
  'lock-table-shuts-out-readers': lockTableShutsOutReaders,
  'lock-timeout-off': lockTimeoutOff,
  'refresh-without-concurrently': refreshWithoutConcurrently,
  'reindex-without-concurrently': reindexWithoutConcurrently,
  'set-not-null-scans-table': setNotNullScansTable,
  'unique-without-using-index': uniqueWithoutUsingIndex,
  'work-under-lock': workUnderLock,
  'drop-table': dropTable,
  'commit-in-block': commitInBlock,
  'outside-transaction-in-block': outsideTransactionInBlock,
  'validate-in-same-transaction': validateInSameTransaction,
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
  'needs-newer-postgres': needsNewerPostgres,
};
