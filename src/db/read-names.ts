import { Refused, Transient } from '../core/errors.js';
import { sqlstates } from '../core/failure/sqlstates.js';
import { doubleNames, type Target, type TargetList } from '../core/fleet/target.js';
import { type DatabaseOptions, dialling } from './database.js';
import { dial } from './wire/dial.js';
import type { Rows } from './wire/driver.js';
import { serverErrorOf, translate } from './wire/errors.js';
import type { Client } from './wire/client.js';

/**
 * Asks a server which of its databases are targets: the first column of the query has their names, each other one is a label.
 * It cannot write. Throws `Refused`, with the server's error for the query, and `Transient`.
 */
export async function readNames(
  options: Omit<DatabaseOptions, 'historySchema'>,
  query: string,
  signal: AbortSignal,
): Promise<TargetList> {
  const { database } = options.settings;
  const client = await dial({ ...dialling(options), database, signal });
  try {
    await client.run('set default_transaction_read_only = on');
    await client.run('start transaction read only');
    const answers = await client.run(query);
    if (answers.length !== 1) throw new Refused('--targets-query must be one query', null);
    return targetsIn(answers[0] ?? []);
  } catch (error) {
    throw told(error, client);
  } finally {
    await client.close();
  }
}

function told(error: unknown, client: Client): unknown {
  const said = serverErrorOf(error);
  if (said === null) return error;
  const translated = translate(error, client.target, client.database);
  const isReadOnly = said.sqlstate === sqlstates.readOnlySqlTransaction;
  if (translated instanceof Transient && !isReadOnly) return translated;
  return new Refused(`--targets-query: ${said.message} (SQLSTATE ${said.sqlstate})`, said.sqlstate);
}

function targetsIn(rows: Rows): TargetList {
  const targets: Target[] = [];
  const problems: string[] = [];
  for (const [at, row] of rows.entries()) {
    const [[, name], ...labels] = Object.entries(row) as [
      [string, unknown],
      ...[string, unknown][],
    ];
    if (typeof name !== 'string' || name === '') {
      problems.push(`--targets-query: row ${at + 1} has no name of a database in its first column`);
      continue;
    }
    const known = labels.flatMap(([label, value]) =>
      value === null || value === undefined ? [] : [[label, textOf(value)] as const],
    );
    const url = { kind: 'database', database: name } as const;
    targets.push({ name, labels: Object.fromEntries(known), url });
  }
  const doubles = doubleNames(targets).map((problem) => `--targets-query: ${problem}`);
  return { targets, problems: [...problems, ...doubles] };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
