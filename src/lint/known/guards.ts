import type { Expr } from '../../core/grammar/expressions.js';
import type { Name, ObjectKind } from '../../core/grammar/names.js';
import type { Known } from './known.js';
import type { Context } from './rule.js';
import { WholeFile } from './whole-file.js';

/** Errors that a file may expect if something already exists. */
const ofWhatIsThere =
  /^(?:duplicate_\w+|unique_violation|exclusion_violation|integrity_constraint_violation|invalid_table_definition|object_not_in_prerequisite_state|wrong_object_type)$/;
/** And if something does not exist. */
const ofWhatIsGone =
  /^(?:undefined_\w+|invalid_schema_name|invalid_catalog_name|object_not_in_prerequisite_state|wrong_object_type|duplicate_\w+)$/;

/** Whether the statement may be skipped, or may fail because the object already exists. */
export function expectsIt({ within }: Context): boolean {
  return within !== null && (within.isConditional || within.caught.some(isOf(ofWhatIsThere)));
}

/** Whether the statement may be skipped, or may fail because the object is gone. */
export function expectsNothing({ within }: Context): boolean {
  return within !== null && (within.isConditional || within.caught.some(isOf(ofWhatIsGone)));
}

function isOf(names: RegExp): (caught: string) => boolean {
  return (caught) => caught === 'others' || /^[0-9A-Z]{5}$/.test(caught) || names.test(caught);
}

export function isTemporary(known: Known, table: Name): boolean {
  return table.schema === 'pg_temp' || known.relation(table)?.persistence === 'temporary';
}

/** Whether a WHERE excludes no row: it is missing, `true` or `1 = 1`. */
export function isTrue(where: Expr | null): boolean {
  if (where === null) return true;
  if (where.kind === 'constant') return where.type === 'boolean' && where.value === 'true';
  if (where.kind !== 'operator' || where.name !== '=') return false;
  const [left, right] = where.operands;
  return left?.kind === 'constant' && right?.kind === 'constant' && left.value === right.value;
}

/** Whether the object is new as a table can be: a file that is not deployed has created it before. */
export function isNewObject(object: ObjectKind, name: Name, known: Known): boolean {
  return known.object(object, name)?.isDeployed === false;
}

/** Whether the file itself has added the column before, so that it was empty. */
export function isAdded(
  {
    table,
    column,
    before,
  }: { readonly table: Name; readonly column: string; readonly before: number },
  known: Known,
  { file }: Context,
): boolean {
  const origin = known.relation(table)?.columns.get(column)?.file ?? file.key;
  if (origin !== file.key) return false;
  return WholeFile.of(file).makes('column', { schema: null, name: column }, table, before);
}
