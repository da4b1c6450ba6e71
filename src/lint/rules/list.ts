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
import { truncateTable } from './data/truncate-table.js';
import { updateWithoutWhere } from './data/update-without-where.js';
import { indexWithoutConcurrently } from './locks/index-without-concurrently.js';
import { numberGap } from './order/number-gap.js';
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

/** Every rule, in the order of `lintRuleNames`: the types see to it that none is missing. */
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
  'index-without-concurrently': indexWithoutConcurrently,
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
  'truncate-table': truncateTable,
  'update-without-where': updateWithoutWhere,
  'number-gap': numberGap,
};
