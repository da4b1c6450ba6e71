import type { Name } from '../../core/grammar/names.js';
import type { Known } from './known.js';
import type { Context } from './rule.js';

/** Errors that a file may expect where something is there already. */
const ofWhatIsThere =
  /^(?:duplicate_\w+|unique_violation|exclusion_violation|integrity_constraint_violation|invalid_table_definition|object_not_in_prerequisite_state|wrong_object_type)$/;
/** And where something is not there. */
const ofWhatIsGone =
  /^(?:undefined_\w+|invalid_schema_name|invalid_catalog_name|object_not_in_prerequisite_state|wrong_object_type|duplicate_\w+)$/;

/** Whether the statement need not run, or may fail because the thing is there. */
export function expectsIt({ within }: Context): boolean {
  return within !== null && (within.isConditional || within.caught.some(isOf(ofWhatIsThere)));
}

/** Whether the statement need not run, or may fail because the thing is gone. */
export function expectsNothing({ within }: Context): boolean {
  return within !== null && (within.isConditional || within.caught.some(isOf(ofWhatIsGone)));
}

function isOf(names: RegExp): (caught: string) => boolean {
  return (caught) => caught === 'others' || /^[0-9A-Z]{5}$/.test(caught) || names.test(caught);
}

export function isTemporary(known: Known, table: Name): boolean {
  return table.schema === 'pg_temp' || known.relation(table)?.persistence === 'temporary';
}
