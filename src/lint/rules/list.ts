import type { LintRuleName } from '../../core/statements/rule-names.js';
import type { Rule } from '../known/rule.js';
import { addNotNullColumnWithoutDefault } from './data/add-not-null-column-without-default.js';
import { deleteWithoutWhere } from './data/delete-without-where.js';
import { dropCascade } from './data/drop-cascade.js';
import { dropColumn } from './data/drop-column.js';
import { dropSchema } from './data/drop-schema.js';
import { dropTable } from './data/drop-table.js';
import { enumValueUsedWhereAdded } from './data/enum-value-used-where-added.js';
import { narrowColumnType } from './data/narrow-column-type.js';
import { renameInUse } from './data/rename-in-use.js';
import { replicaIdentityLost } from './data/replica-identity-lost.js';
import { setNotNullWithoutBackfill } from './data/set-not-null-without-backfill.js';
import { triggersSwitchedOff } from './data/triggers-switched-off.js';
import { truncateTable } from './data/truncate-table.js';
import { updateWithoutWhere } from './data/update-without-where.js';
import { alterRewritesTable } from './locks/alter-rewrites-table.js';
import { attachScansPartition } from './locks/attach-scans-partition.js';
import { checkWithoutNotValid } from './locks/constraints/check-without-not-valid.js';
import { clusterOrVacuumFull } from './locks/cluster-or-vacuum-full.js';
import { detachWithoutConcurrently } from './locks/detach-without-concurrently.js';
import { dropIndexWithoutConcurrently } from './locks/drop-index-without-concurrently.js';
import { excludeOnOldTable } from './locks/constraints/exclude-on-old-table.js';
import { foreignKeyWithoutIndex } from './locks/constraints/foreign-key-without-index.js';
import { foreignKeyWithoutNotValid } from './locks/constraints/foreign-key-without-not-valid.js';
import { indexWithoutConcurrently } from './locks/index-without-concurrently.js';
import { lockAfterBackfill } from './locks/held/lock-after-backfill.js';
import { lockOrderReversed } from './locks/held/lock-order-reversed.js';
import { lockTableShutsOutReaders } from './locks/held/lock-table-shuts-out-readers.js';
import { lockTimeoutOff } from './locks/held/lock-timeout-off.js';
import { refreshWithoutConcurrently } from './locks/refresh-without-concurrently.js';
import { reindexWithoutConcurrently } from './locks/reindex-without-concurrently.js';
import { setNotNullScansTable } from './locks/constraints/set-not-null-scans-table.js';
import { uniqueWithoutUsingIndex } from './locks/constraints/unique-without-using-index.js';
import { workUnderLock } from './locks/held/work-under-lock.js';
import { byteOrderDiffers } from './order/byte-order-differs.js';
import { fileOverConfigmapSize } from './order/file-over-configmap-size.js';
import { nameUnfitForConfigmap } from './order/name-unfit-for-configmap.js';
import { numberGap } from './order/number-gap.js';
import { numberTwice } from './order/number-twice.js';
import { sourceOverConfigmapSize } from './order/source-over-configmap-size.js';
import { needsNewerPostgres } from './portability/needs-newer-postgres.js';
import { addColumnWithoutIfNotExists } from './second-run/add-column-without-if-not-exists.js';
import { addConstraintWithoutGuard } from './second-run/add-constraint-without-guard.js';
import { alterWithoutGuard } from './second-run/alter-without-guard.js';
import { attachPartitionWithoutGuard } from './second-run/attach-partition-without-guard.js';
import { createWithoutGuard } from './second-run/create-without-guard.js';
import { createWithoutIfNotExists } from './second-run/create-without-if-not-exists.js';
import { deleteHitsOtherRows } from './second-run/delete-hits-other-rows.js';
import { dropWithoutIfExists } from './second-run/drop-without-if-exists.js';
import { insertWithoutOnConflict } from './second-run/insert-without-on-conflict.js';
import { onConflictWithoutKey } from './second-run/on-conflict-without-key.js';
import { renameWithoutGuard } from './second-run/rename-without-guard.js';
import { undoneByEarlierFile } from './second-run/undone-by-earlier-file.js';
import { updateAddsUp } from './second-run/update-adds-up.js';
import { updateChangesEachRun } from './second-run/update-changes-each-run.js';
import { usesWhatItDrops } from './second-run/uses-what-it-drops.js';
import { definerSearchPathOpen } from './security/definer-search-path-open.js';
import { definerWithoutSearchPath } from './security/definer-without-search-path.js';
import { grantToPublic } from './security/grant-to-public.js';
import { passwordInFile } from './security/password-in-file.js';
import { policyWithoutRowSecurity } from './security/policy-without-row-security.js';
import { rowSecurityWithoutPolicy } from './security/row-security-without-policy.js';
import { commitInBlock } from './transactions/commit-in-block.js';
import { outsideTransactionInBlock } from './transactions/outside-transaction-in-block.js';
import { validateInSameTransaction } from './transactions/validate-in-same-transaction.js';

/** Every rule, in the order of `lintRuleNames`: the types make sure that none is missing. */
export const rules: { readonly [N in LintRuleName]: Rule<N> } = {
  'add-column-without-if-not-exists': addColumnWithoutIfNotExists,
  'add-constraint-without-guard': addConstraintWithoutGuard,
  'alter-without-guard': alterWithoutGuard,
  'attach-partition-without-guard': attachPartitionWithoutGuard,
  'create-without-guard': createWithoutGuard,
  'create-without-if-not-exists': createWithoutIfNotExists,
  'delete-hits-other-rows': deleteHitsOtherRows,
  'drop-without-if-exists': dropWithoutIfExists,
  'insert-without-on-conflict': insertWithoutOnConflict,
  'on-conflict-without-key': onConflictWithoutKey,
  'rename-without-guard': renameWithoutGuard,
  'undone-by-earlier-file': undoneByEarlierFile,
  'update-adds-up': updateAddsUp,
  'update-changes-each-run': updateChangesEachRun,
  'uses-what-it-drops': usesWhatItDrops,
  'alter-rewrites-table': alterRewritesTable,
  'attach-scans-partition': attachScansPartition,
  'check-without-not-valid': checkWithoutNotValid,
  'cluster-or-vacuum-full': clusterOrVacuumFull,
  'detach-without-concurrently': detachWithoutConcurrently,
  'drop-index-without-concurrently': dropIndexWithoutConcurrently,
  'exclude-on-old-table': excludeOnOldTable,
  'foreign-key-without-index': foreignKeyWithoutIndex,
  'foreign-key-without-not-valid': foreignKeyWithoutNotValid,
  'index-without-concurrently': indexWithoutConcurrently,
  'lock-after-backfill': lockAfterBackfill,
  'lock-order-reversed': lockOrderReversed,
  'lock-table-shuts-out-readers': lockTableShutsOutReaders,
  'lock-timeout-off': lockTimeoutOff,
  'refresh-without-concurrently': refreshWithoutConcurrently,
  'reindex-without-concurrently': reindexWithoutConcurrently,
  'set-not-null-scans-table': setNotNullScansTable,
  'unique-without-using-index': uniqueWithoutUsingIndex,
  'work-under-lock': workUnderLock,
  'add-not-null-column-without-default': addNotNullColumnWithoutDefault,
  'delete-without-where': deleteWithoutWhere,
  'drop-cascade': dropCascade,
  'drop-column': dropColumn,
  'drop-schema': dropSchema,
  'drop-table': dropTable,
  'enum-value-used-where-added': enumValueUsedWhereAdded,
  'narrow-column-type': narrowColumnType,
  'rename-in-use': renameInUse,
  'replica-identity-lost': replicaIdentityLost,
  'set-not-null-without-backfill': setNotNullWithoutBackfill,
  'triggers-switched-off': triggersSwitchedOff,
  'truncate-table': truncateTable,
  'update-without-where': updateWithoutWhere,
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
