import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';
import { identifier } from '../wire/quote.js';

/** Lets PostgreSQL 18 copy by reference, if the file system can: set once per session. */
export async function preferReferences(client: Client): Promise<void> {
  // Earlier versions do not have it, nor do servers on some systems.
  await client.run('set file_copy_method = clone').catch(() => undefined);
}

/** Copies file by file if the server can: the other way, through its log, takes three times as long. */
export async function copyDatabase(
  client: Client,
  { template, name }: { readonly template: string; readonly name: string },
): Promise<void> {
  const byFiles = Number.parseInt(client.facts.version, 10) >= 15 ? ' strategy file_copy' : '';
  const copy = `create database ${identifier(name)} template ${identifier(template)}${byFiles}`;
  try {
    await client.run(copy, null);
  } catch (error) {
    if (!mayBeMethod(error)) throw error;
    await client.run('reset file_copy_method').catch(() => undefined);
    await client.run(copy, null);
  }
}

/** A file system that cannot copy by reference reports it in many ways; errors with surely another cause are not retried. */
function mayBeMethod(error: unknown): boolean {
  const sqlstate = serverErrorOf(error)?.sqlstate ?? null;
  return sqlstate !== null && /^(?:0A|58|XX)/.test(sqlstate);
}
