import { expect, test } from 'vitest';
import type { Readiness } from '../../src/core/watch/readiness.js';
import { page, section } from '../docs/pages.js';
import type { Answer } from '../support/http.js';
import { startServer, testServer } from '../support/server.js';
import { before, Pod } from './service-pod.js';
import { type Happening, happenings } from './service-story.js';

/** `strict` is `applied` where nothing has drifted. */
type Rule = Exclude<Readiness, 'strict'>;
const rules: readonly Rule[] = ['applied', 'once'];
const table = tableOf(
  section(page('docs/kubernetes.md'), '### What takes a pod out of its Service'),
);

test('docs/kubernetes.md has a row for each of these happenings, and no other', () => {
  expect(table.map(({ what, until }) => [what, until])).toEqual(
    happenings.map(({ what, until }) => [what, until]),
  );
});

test.each(happenings)(
  '$what: under either rule probes are told what docs/kubernetes.md says, and yes when it is over',
  async (happening) => {
    const orders = happening.swaps === true ? [false, true] : [false];
    const ways = rules.flatMap((rule) => orders.map((linksFirst) => ({ rule, linksFirst })));
    // Most of the time is spent waiting. Each ends before the first failure is told.
    const looks = await Promise.allSettled(ways.map((how) => look(happening, how)));
    for (const each of looks) if (each.status === 'rejected') throw each.reason;
  },
);

async function look(
  happening: Happening,
  how: { readonly rule: Rule; readonly linksFirst: boolean },
): Promise<void> {
  const { what, files = before, stopsServer = false, endsItself = false, begin, end } = happening;
  const server = stopsServer ? await startServer() : null;
  const pod = await Pod.start({ ...how, files, server: server ?? testServer() });
  try {
    if (files === before) await pod.isInStep();
    const noes = endsItself ? null : pod.probing();
    await begin(pod, server);
    const wanted = table.find((row) => row.what === what)?.[how.rule];
    await expect.poll(async () => cellOf((await pod.probe()).body)).toBe(wanted);
    if (wanted === 'in') await staysIn(pod, happening);
    await end(pod, server);
    if (noes === null) return;
    await pod.isInStep();
    const reasons = await noes();
    // Nor was any probe in between told anything else.
    if (wanted === 'in') expect(reasons).toEqual([]);
  } finally {
    await pod.remove();
    await server?.remove();
  }
}

/** Three probes and more are told yes, each after PostgreSQL was asked anew. */
async function staysIn(there: Pod, { what }: Happening): Promise<void> {
  const attempts = await there.attempts();
  await there.staysReady();
  // What is gone is not run again, nor anything else because of it.
  if (!what.includes('file')) expect(await there.attempts()).toBe(attempts);
}

/** What pgm is doing about it, behind a semicolon, changes while it does it. */
function cellOf({ reason }: Answer['body']): string {
  return typeof reason === 'string' ? `out: \`${reason.replace(/;.*$/, '')}\`` : 'in';
}

interface Row extends Readonly<Record<Rule, string>> {
  readonly what: string;
  readonly until: string;
}

function tableOf(text: string): readonly Row[] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const [what = '', applied = '', once = '', until = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { what, applied, once, until };
  });
}
