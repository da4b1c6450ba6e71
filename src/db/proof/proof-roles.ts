import { sqlstates } from '../../core/failure/sqlstates.js';
import { ifMayBe } from '../backend/create-database.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';
import { identifier, literal } from '../wire/quote.js';

/** How a later run recognises a role that any run created for a proof. */
const mark = 'made by pgm verify';

/** Each run that uses a role holds this lock shared. Of several, the last one drops the role. */
const lockOf = (role: string): string =>
  `pg_catalog.hashtextextended(${literal(`pgm verify ${role}`)}, 0)`;

/** Creates a role if it is missing. From here on no other run drops it. Waits briefly while another run does so. */
export async function useRole(keeper: Client, role: string): Promise<void> {
  await keeper.run(`select pg_catalog.pg_advisory_lock_shared(${lockOf(role)})`);
  const [rows] = await keeper.run(
    `select exists (select from pg_catalog.pg_roles where rolname = ${literal(role)}) as there`,
  );
  if (rows?.[0]?.['there'] === true) return;
  try {
    await keeper.run(
      `create role ${identifier(role)}; comment on role ${identifier(role)} is ${literal(mark)}`,
    );
  } catch (error) {
    const sqlstate = serverErrorOf(error)?.sqlstate;
    // Another run has just created it.
    if (sqlstate === sqlstates.duplicateObject || sqlstate === sqlstates.uniqueViolation) return;
    throw error;
  }
}

/**
 * Drops a role that was created for proofs, unless another run uses it: that one will. An error of the server is no reason to
 * fail: files may have used the role in another database.
 */
export async function leaveRole(keeper: Client, role: string): Promise<void> {
  await keeper.run(`select pg_catalog.pg_advisory_unlock_shared(${lockOf(role)})`);
  const [rows] = await keeper.run(`
select pg_catalog.pg_try_advisory_lock(${lockOf(role)}) as last, exists (select from pg_catalog.pg_roles r
  where r.rolname = ${literal(role)} and pg_catalog.shobj_description(r.oid, 'pg_authid') = ${literal(mark)}) as ours`);
  const { last, ours } = rows?.[0] ?? {};
  if (last !== true) return;
  const drop = () => keeper.run(`drop role if exists ${identifier(role)}`);
  try {
    if (ours === true) await ifMayBe(drop);
  } finally {
    if (!keeper.lost) {
      await keeper.run(`select pg_catalog.pg_advisory_unlock(${lockOf(role)})`);
    }
  }
}
