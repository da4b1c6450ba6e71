import { afterEach, expect, test } from 'vitest';
import type { Readiness } from '../../src/core/watch/readiness.js';
import type { Payload } from '../support/kubelet.js';
import { pgm } from '../support/pgm.js';
import { testServer } from '../support/server.js';
import { Pod } from './service-pod.js';

const counts = { aws: 18, azure: 14, gcp: 14 };
const all = Object.values(counts).reduce((sum, count) => sum + count, 0);

const files: Payload = Object.fromEntries(
  Object.entries(counts).flatMap(([schema, count]) =>
    Array.from({ length: count }, (_, at) => {
      const number = String(at + 1).padStart(3, '0');
      return [`${schema}_${number}_x.sql`, `create table ${schema}_${number} (id int);\n`];
    }),
  ),
);

const gone =
  'all 46 applied files are gone from the source: aws 18, azure 14, gcp 14; an emptied or deleted ConfigMap?';

let pod: Pod;

afterEach(() => pod.remove());

const ways = (['applied', 'once'] as const).flatMap((rule) =>
  [false, true].map((linksFirst): [Readiness, boolean] => [rule, linksFirst]),
);

/** What was logged from `from` on, without times. */
function linesSince(from: number): readonly string[] {
  return pod.pgm.output
    .slice(from)
    .split('\n')
    .map((line) => line.replace(/^\S+ /, ''))
    .filter((line) => line !== '');
}

async function emptied(): Promise<void> {
  const from = pod.pgm.output.length;
  pod.kubelet.empty();
  await pod.pgm.printed(/nothing was applied/, from);
}

async function statusOf(...flags: readonly string[]): Promise<string> {
  const env = { DATABASE_URL: pod.database.url };
  return (await pgm(['status', '--dir', pod.mount, ...flags], env)).stdout;
}

async function gauge(name: string): Promise<string | undefined> {
  return new RegExp(`^${name} (\\S+)$`, 'm').exec(await pod.text('/metrics'))?.[1];
}

test.each(ways)(
  'all files gone at once are one warning, under --readiness %s (links first: %s), and back without a run',
  async (rule, linksFirst) => {
    pod = await Pod.start({ rule, linksFirst, files, server: testServer() });
    await pod.isInStep();
    await pod.pgm.printed(/a mounted ConfigMap/);
    expect(await gauge('pgm_applied_files_gone')).toBe('0');
    const attempts = await pod.attempts();
    expect(attempts).toBe(all);

    const from = pod.pgm.output.length;
    await emptied();
    const warnings = linesSince(from).filter((line) => !line.startsWith('INFO'));
    expect(warnings).toEqual([`WARN  ${gone}`]);
    await expect.poll(() => gauge('pgm_applied_files_gone')).toBe('1');

    pod.kubelet.swap(files);
    await pod.isInStep();
    await expect.poll(() => gauge('pgm_ready')).toBe('1');
    expect(await pod.attempts()).toBe(attempts);
    await pod.pgm.printed(/All migrations applied/, from);
    // Gone a second time is news again.
    const again = pod.pgm.output.length;
    await emptied();
    expect(linesSince(again).filter((line) => line.startsWith('WARN'))).toEqual([`WARN  ${gone}`]);
  },
);

test('all files gone at once are one row a schema in pgm status and on the page, and all rows in the JSON', async () => {
  pod = await Pod.start({ rule: 'once', linksFirst: false, files, server: testServer() });
  await pod.isInStep();
  await emptied();
  const text = await statusOf();
  for (const [schema, count] of Object.entries(counts)) {
    const rows = text.split('\n').filter((line) => line.startsWith(schema));
    expect(rows).toEqual([expect.stringMatching(new RegExp(`^${schema} +· +${count} +\\d`))]);
  }
  expect(text).not.toContain('.sql');
  expect(text).toContain(gone);
  const { migrations } = JSON.parse(await statusOf('--json')) as { migrations: object[] };
  expect(migrations.map((each) => ({ ...each }))).toEqual(
    Array.from({ length: all }, () => expect.objectContaining({ state: 'missing' }) as object),
  );
  // As many articles as schemas; the columns of the files open on a click.
  const page = await pod.text('/');
  expect(page.match(/<article class="trouble e-missing"/g)).toHaveLength(3);
  expect(page.match(/<details data-key="fold:/g)).toHaveLength(3);
});
