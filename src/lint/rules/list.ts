import type { LintRuleName } from '../../core/statements/rule-names.js';
import type { Rule } from '../known/rule.js';
import { addNotNullColumnWithoutDefault } from './data/add-not-null-column-without-default.js';
import { deleteWithoutWhere } from './data/delete-without-where.js';
import { dropCascade } from './data/drop-cascade.js';
import { dropColumn } from './data/drop-column.js';
import { dropSchema } from './data/drop-schema.js';
import { dropTable } from './data/drop-table.js';
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
import { dropWithoutIfExists } from './second-run/drop-without-if-exists.js';
import { insertWithoutOnConflict } from './second-run/insert-without-on-conflict.js';
import { renameWithoutGuard } from './second-run/rename-without-guard.js';
import { updateAddsUp } from './second-run/update-adds-up.js';

/** Every rule, in the order of `lintRuleNames`: the types see to it that none is missing. */
export const rules: { readonly [N in LintRuleName]: Rule<N> } = {
  'add-column-without-if-not-exists': addColumnWithoutIfNotExists,
  'add-constraint-without-guard': addConstraintWithoutGuard,
  'alter-without-guard': alterWithoutGuard,
  'attach-partition-without-guard': attachPartitionWithoutGuard,
  'create-without-guard': createWithoutGuard,
  'create-without-if-not-exists': createWithoutIfNotExists,
  'drop-without-if-exists': dropWithoutIfExists,
  'insert-without-on-conflict': insertWithoutOnConflict,
  'rename-without-guard': renameWithoutGuard,
  'update-adds-up': updateAddsUp,
  'index-without-concurrently': indexWithoutConcurrently,
  'add-not-null-column-without-default': addNotNullColumnWithoutDefault,
  'delete-without-where': deleteWithoutWhere,
  'drop-cascade': dropCascade,
  'drop-column': dropColumn,
  'drop-schema': dropSchema,
  'drop-table': dropTable,
  'truncate-table': truncateTable,
  'update-without-where': updateWithoutWhere,
  'number-gap': numberGap,
};
