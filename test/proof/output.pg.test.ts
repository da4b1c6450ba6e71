import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { type Finished, pgm, RunningPgm } from '../support/pgm.js';
import { migrateFiles } from '../support/run.js';
import { testServer, urlFor } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

const canary = 'canary-hunter2';

/** Each verdict once, with a secret wherever one may be written. */
const files = {
  'app/001_before.sql': `create schema if not exists app;
create table if not exists app.t (id int primary key, v text, n int);
create table if not exists app.codes (code text not null check (code ~ '^${canary}[A-Z]{9}$'));
insert into app.t values (1, '${canary}', 1) on conflict do nothing;`,
  'app/002_insert.sql': `insert into app.t values (2, '${canary}', 2);`,
  'app/003_update.sql': `update app.t set v = v || '${canary}';`,
  'app/004_view.sql': `create or replace view app.v as select '${canary}' as one;`,
  'app/005_view.sql': `create or replace view app.v as select '${canary}' || 'more' as one;`,
  'app/006_uses.sql': `update app.t set n = 1 where v = '${canary}';`,
  'app/007_drops.sql': `alter table app.t drop column if exists n;`,
  'app/008_refused.sql': `select '${canary}';\nrollback;`,
  'app/009_fails.sql': `select '${canary}'::int;`,
  'app/010_once.sql': `-- pgm:once\ninsert into app.t values (3, '${canary}');`,
  'app/011_index.sql': `create index if not exists x on app.t (v) where v <> '${canary}';`,
  'app/012_codes.sql': `alter table app.codes alter column code set not null;\nalter table app.codes add column if not exists d text default '${canary}';`,
  'app/013_server.sql': `do $$ begin if not exists (select from pg_foreign_data_wrapper where fdwname = 'w') then create foreign data wrapper w; end if; end $$;
drop server if exists s cascade;\ncreate server s foreign data wrapper w options (password '${canary}');\ncreate index on app.t (v);`,
  'bad name.sql': `select '${canary}';`,
};

let home: Tree;
beforeAll(async () => {
  home = await makeTree(files);
});
afterAll(() => home.remove());

function verify(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  return pgm(['verify', '--dir', home.directory, '--shadow-url', urlFor('postgres'), ...args], env);
}

const schema = JSON.parse(
  readFileSync(new URL('../../docs/verify.schema.json', import.meta.url), 'utf8'),
) as Schema;

interface Schema {
  readonly [name: string]: unknown;
  readonly $defs: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly additionalProperties?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

function validate(document: Document): void {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  ajv.validate(schema, document);
  expect(ajv.errors).toBe(null);
}

interface Document {
  readonly fit: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly files: readonly { readonly key: string; readonly verdict: string }[];
}

describe('pgm verify', () => {
  let json: Finished;
  let people: Finished;
  let junit: string;
  beforeAll(async () => {
    const path = join(home.directory, 'junit.xml');
    [json, people] = await Promise.all([
      verify(['--json']),
      verify(['--junit', path, '--verbose'], { GITHUB_ACTIONS: 'true' }),
    ]);
    junit = readFileSync(path, 'utf8');
  });

  test('prints one JSON document that fits its schema, with every verdict', () => {
    const document = JSON.parse(json.stdout) as Document;
    validate(document);
    const verdicts = Object.fromEntries(document.files.map(({ key, verdict }) => [key, verdict]));
    expect(verdicts).toEqual({
      'bad name.sql': 'refused',
      'app/001_before.sql': 'depends on the order',
      'app/002_insert.sql': 'fails the second time',
      'app/003_update.sql': 'changes something the second time',
      'app/004_view.sql': 'undoes a later file',
      'app/005_view.sql': 'fit',
      'app/006_uses.sql': 'depends on the order',
      'app/007_drops.sql': 'fit',
      'app/008_refused.sql': 'refused',
      'app/009_fails.sql': 'fails the first time',
      'app/010_once.sql': 'runs once',
      'app/011_index.sql': 'fit',
      'app/012_codes.sql': 'fit',
      'app/013_server.sql': 'changes something the second time',
    });
    expect(document.fit).toBe(false);
    expect(document.counts).toMatchObject({ files: 14, errors: 6 });
  });

  test('exits with 1, whatever it prints', () => {
    expect([json.exitCode, people.exitCode]).toEqual([1, 1]);
  });

  test('shows no value of a file or of a row anywhere', () => {
    for (const [what, text] of Object.entries({
      json: json.stdout + json.stderr,
      people: people.stdout + people.stderr,
      junit,
    })) {
      expect(text, what).not.toContain(canary);
    }
  });

  test('tells people what, where and what to do, and lists all files and locks with --verbose', () => {
    const text = people.stdout;
    const path = join(home.directory, 'app/002_insert.sql');
    expect(text).toMatch(/ {2}app\/007_drops\.sql +fit\n/);
    expect(text).toContain(`${path}:1:1: error: run a second time, it fails: duplicate key`);
    expect(text).toContain("    1 | insert into app.t values (2, '•••', 2);\n      | ^");
    expect(text).toContain('    to do: write INSERT … ON CONFLICT DO NOTHING, or DO UPDATE');
    expect(text).toContain('it undoes what app/005_view.sql did: view app.v (definition)');
    expect(text).toMatch(/app\/011_index\.sql:1 CREATE INDEX +app\.t +SHARE/);
    expect(text).toContain('would not be seen, for: app.codes');
    expect(text).toMatch(/\n✖ 14 files on PostgreSQL [\d.]+: 6 errors, \d+ warnings\n/);
  });

  test('annotates the lines on GitHub', () => {
    const path = join(home.directory, 'app/002_insert.sql');
    const [line] = people.stdout.split('\n').filter((each) => each.includes(`file=${path}`));
    expect(line).toMatch(
      /^::error file=.*,line=1,col=1,title=pgm verify%3A fails-second-time::run a second time, it fails: /,
    );
    expect(json.stdout).not.toContain('::error');
  });

  test('writes a well-formed JUnit file: one case a file, which fails on an error', () => {
    expect(openTags(junit)).toEqual([]);
    expect(junit.match(/<testcase /g)).toHaveLength(14);
    expect(junit.match(/<failure /g)).toHaveLength(6);
    expect(junit).toContain('tests="14" failures="6"');
  });
});

test('without --verbose only what needs attention is listed, and with warnings alone the exit code is 0', async () => {
  const tree = await makeTree({
    'app/001_x.sql': 'create table if not exists t (a int);',
    'app/002_x.sql': 'create index if not exists t_a on t (a);',
  });
  try {
    const { exitCode, stdout } = await pgm(['verify', '--dir', tree.directory], {
      PGM_SHADOW_URL: urlFor('postgres'),
    });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('001_x.sql  fit');
    expect(stdout).toMatch(/^ {2}app\/002_x\.sql {2}fit, 1 warning\n/);
    expect(stdout).not.toContain('on tables from earlier files');
    expect(stdout).toMatch(/✅ 2 files fit to run twice on PostgreSQL [\d.]+; 1 warning\n$/);
  } finally {
    await tree.remove();
  }
});

test('of a folder without migrations it says so, and nothing is fit', async () => {
  const tree = await makeTree({ 'app/readme.txt': 'not yet' });
  try {
    const { exitCode, stdout } = await pgm(['verify', '--dir', tree.directory], {
      PGM_SHADOW_URL: urlFor('postgres'),
    });
    expect(stdout).toBe('⚠ no migrations found: nothing was proved\n');
    expect(exitCode).toBe(0);
  } finally {
    await tree.remove();
  }
});

describe('pgm verify --from', () => {
  const secret = 'canary hunter2';
  let live: Database;
  beforeAll(async () => {
    live = await createDatabase();
    await migrateFiles(
      { 'app/001_before.sql': 'create schema if not exists app;' },
      { database: live.name },
    );
  });
  afterAll(() => live.drop());

  test('names the database and what it has in the report, in JSON and for JUnit, and never its password', async () => {
    const role = `role_${live.name}`;
    await live.sql
      .unsafe(`create role ${role} login password '${secret}'; grant usage on schema pgm to ${role};
      grant select on all tables in schema pgm to ${role}`);
    try {
      const { host, port } = testServer();
      const from = urlFor(live.name, { user: role, password: secret });
      const path = join(home.directory, 'from.xml');
      const people = await verify(['--junit', path, '--verbose'], { PGM_FROM: from });
      const json = await verify(['--json', '--from', from]);
      const target = `${host}:${port}/${live.name}`;
      expect(people.stdout).toMatch(
        new RegExp(` over ${target} \\(1 file applied, the last from revision [0-9a-f]{12}\\): `),
      );
      expect(people.stdout).toMatch(
        /has it applied with a content .*\(git cannot read the history of .*\); today's/,
      );
      const document = JSON.parse(json.stdout) as Document & { base: string; live: object };
      validate(document);
      expect(document.base).toBe(target);
      expect(document.live).toMatchObject({ target, hasHistory: true, applied: 1 });
      const junit = readFileSync(path, 'utf8');
      expect(openTags(junit)).toEqual([]);
      expect(junit).toContain(`<property name="base" value="${target}"/>`);
      expect(json.stderr).toContain('--from holds a password');
      expect(people.stderr).not.toContain('holds a password');
      const all = [people.stdout, people.stderr, json.stdout, json.stderr, junit].join('\n');
      expect(all).not.toContain('hunter2');
    } finally {
      await live.sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  });

  test('takes the password from the password file of libpq', async () => {
    const role = `file_${live.name}`;
    await live.sql
      .unsafe(`create role ${role} login password '${secret}'; grant usage on schema pgm to ${role};
      grant select on all tables in schema pgm to ${role}`);
    try {
      const { host, port } = testServer();
      const passfile = join(home.directory, '.passfile');
      writeFileSync(passfile, `${host}:${port}:*:${role}:${secret}\n`, { mode: 0o600 });
      const from = `postgresql://${role}@${host}:${port}/${live.name}`;
      const { stdout } = await verify(['--from', from], { PGPASSFILE: passfile });
      expect(stdout).toContain('(1 file applied, ');
    } finally {
      await live.sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  });

  test('is refused together with --since, with what is wrong in its connection string, and where nobody answers', async () => {
    const both = await verify(['--since', 'main', '--from', urlFor(live.name)]);
    expect(both).toMatchObject({ exitCode: 2, stdout: '' });
    expect(both.stderr).toContain('--since and --from are both given');
    const wrong = await verify([], { PGM_FROM: `${urlFor(live.name)}?sslmode=often` });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toMatch(/PGM_FROM: .*sslmode/);
    const nobody = `postgresql://x:${secret.replace(' ', '')}@127.0.0.1:1/x`;
    const away = await verify(['--wait-timeout', '0'], { PGM_FROM: nobody });
    expect(away.exitCode).toBe(4);
    expect(away.stderr).toMatch(/PGM_FROM: PostgreSQL at 127\.0\.0\.1:1\/x was not reachable/);
    expect(away.stderr).not.toContain('hunter2');
  });
});

describe('pgm verify on a terminal', () => {
  const red = /\u001b\[31m(.*?)\u001b\[39m/g;
  const yellow = /\u001b\[33m(.*?)\u001b\[39m/g;
  let tree: Tree;
  beforeAll(async () => {
    tree = await makeTree({
      'app/001_x.sql': 'create table if not exists t (a int);',
      'app/002_x.sql': 'create index if not exists t_a on t (a);',
      'app/003_x.sql': 'create table u ();',
      'app/004_x.sql': '-- pgm:ignore no-such-rule because x\nselect 1;',
    });
  });
  afterAll(() => tree.remove());

  /** The report on a terminal: that of `script`, part of util-linux. What happens meanwhile goes nowhere. */
  async function onTerminal(env: Readonly<Record<string, string>>): Promise<string> {
    const terminal = ['sh', '-c', 'script -q -e -c "$0 $* 2>/dev/null" /dev/null'];
    const args = ['verify', '--verbose', '--dir', tree.directory];
    const all = { PGM_SHADOW_URL: urlFor('postgres'), TERM: 'xterm-256color', ...env };
    const { stdout } = await new RunningPgm(args, all, undefined, terminal).finished;
    return stdout.replaceAll('\r\n', '\n');
  }

  test('paints errors red and warnings yellow, and says nothing by colour alone', async () => {
    const [colored, plain] = await Promise.all([onTerminal({}), onTerminal({ NO_COLOR: '1' })]);
    expect(plain).not.toContain('\u001b');
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
    const painted = (paint: RegExp): readonly string[] =>
      [...colored.matchAll(paint)].map(([, text = '']) => text.replace(/ on PostgreSQL.*/, ''));
    expect(painted(/\u001b\[32m(.*?)\u001b\[39m/g)).toEqual(['fit']);
    expect(painted(yellow)).toEqual(['fit, 1 warning', 'warning:']);
    expect(painted(red)).toEqual([
      ...['fails the second time', 'fit, 1 error'],
      ...['^', 'error:', '^', 'error:', '^', '✖ 4 files'],
    ]);
  });
});

test('the schema is closed and described throughout', () => {
  for (const [name, part] of [['the document', schema], ...Object.entries(schema.$defs)] as const) {
    expect(part.additionalProperties, name).toBe(false);
    expect(part.description, name).toMatch(/\.$/);
    const properties = Object.entries(part.properties ?? {});
    expect([...(part.required ?? [])].sort(), name).toEqual(properties.map(([key]) => key).sort());
    for (const [key, property] of properties) {
      expect(property.description, `${name}.${key}`).toBeDefined();
    }
  }
});

/** The tags of an XML document that are not closed in their order; throws for text that is not XML. */
function openTags(xml: string): readonly string[] {
  const open: string[] = [];
  const rest = xml
    .replace(/^<\?xml [^?]*\?>/, '')
    .replace(
      /<(\/?)([a-z-]+)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot|#10);[^"<&]*)*")*)(\/?)>/g,
      (...[, end, name, , empty]: string[]) => {
        if (end === '/') expect(open.pop()).toBe(name);
        else if (empty !== '/') open.push(name ?? '');
        return '';
      },
    );
  expect(rest.replace(/&(amp|lt|gt|quot);/g, '')).not.toMatch(/[<&]/);
  return open;
}
