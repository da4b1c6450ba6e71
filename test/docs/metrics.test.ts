import { describe, expect, test } from 'vitest';
import { driftSeen } from '../../src/core/drift/drift-seen.js';
import { type Family, readMetrics } from '../http/metrics-text.js';
import { fleetKnown } from '../http/fleet-scene.js';
import { comparedSight, failed, runHeld, Scene } from '../http/metrics-scene.js';
import { codeIn, page } from './pages.js';

/** One row of a table: what it says of each of its names. */
interface Row {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const text = page('docs/metrics.md');

describe('docs/metrics.md', () => {
  test('has the metrics of the runner, their types and their labels', async () => {
    const told = [...rowsAfter('`GET /metrics`'), ...rowsAfter('Only of `watch`')];
    const scraped = await families('runner');
    expect(sorted(told)).toEqual(sorted(scraped.filter(isOurs).map(asRow)));
  });

  test('says which of them an onlooker has', async () => {
    const scraped = await families('onlooker');
    expect(sorted(rowsAfter('`GET /metrics`'))).toEqual(sorted(scraped.filter(isOurs).map(asRow)));
  });

  test('has those of many databases', async () => {
    const scraped = (await families('fleet')).filter(isOurs).map(asRow);
    const told = rowsAfter('Only of `serve-health --targets`');
    const shared = [
      'pgm_build_info',
      'pgm_configmap_info',
      'pgm_ready',
      'pgm_heartbeat_age_seconds',
    ];
    expect(sorted(told)).toEqual(sorted(scraped.filter(({ name }) => !shared.includes(name))));
  });

  test.runIf(process.platform === 'linux')('has the metrics of the process itself', async () => {
    const others = (await families('runner')).filter((family) => !isOurs(family));
    const told = rowsAfter('Of the process itself');
    const withoutLabels = (rows: readonly Row[]): unknown =>
      sorted(rows).map(({ name, type }) => `${name} ${type}`);
    // Garbage may not have been collected yet, so there may be no series to read the labels off.
    expect(withoutLabels(told)).toEqual(withoutLabels(others.map(asRow)));
  });

  test('asks in its alerts for metrics that exist', async () => {
    const all = [...(await families('runner')), ...(await families('fleet'))];
    const names = new Set(all.map(({ name }) => name));
    const alerts = text.slice(text.indexOf('Worth an alert'));
    const asked = codeIn(alerts).flatMap((code) => code.match(/pgm_[a-z_]+/g) ?? []);
    expect(asked.length).toBeGreaterThan(3);
    for (const name of asked) expect(names).toContain(name);
  });
});

/** With every series that has labels. */
async function families(role: 'runner' | 'onlooker' | 'fleet'): Promise<readonly Family[]> {
  const scene = new Scene({ role, fleet: () => fleetKnown({ a: { state: 'up-to-date' } }) });
  scene.sight = comparedSight({ 'gcp/001_a.sql': 'a' });
  scene.drift = driftSeen([], { revision: 'r', keptAt: 't', keptBy: 'pact@pod' }, 0);
  scene.tell(failed('gcp/001_a.sql', '42601'));
  scene.tell(runHeld(1));
  return [...readMetrics(await scene.scrape()).values()];
}

function isOurs({ name }: Family): boolean {
  return name.startsWith('pgm_');
}

function asRow({ name, type, samples }: Family): Row {
  const labels = Object.keys(samples[0]?.labels ?? {}).filter((label) => label !== 'le');
  return { name, type, labels: labels.toSorted() };
}

function rowsAfter(lead: string): readonly Row[] {
  const lines = text.slice(text.indexOf(lead)).split('\n');
  const table = lines.slice(lines.findIndex((line) => line.startsWith('|')) + 2);
  const rows = table.slice(
    0,
    table.findIndex((line) => !line.startsWith('|')),
  );
  return rows.flatMap((row) => {
    const [, names = '', type = '', labels = ''] = row.split('|');
    return codeIn(names).map((name) => ({
      name,
      type: type.trim(),
      labels: codeIn(labels).toSorted(),
    }));
  });
}

function sorted(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
