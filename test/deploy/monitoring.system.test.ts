import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fleetKnown } from '../http/fleet-scene.js';
import { comparedSight, failed, Scene } from '../http/metrics-scene.js';
import { readMetrics } from '../http/metrics-text.js';
import { type Panel, readDashboard, readRules } from './monitoring.js';
import { readPromql } from './promql.js';
import { root } from './tools.js';

const alerts = readRules().groups.flatMap(({ rules }) => rules);
const dashboard = readDashboard();
const withoutRows = dashboard.panels.filter(({ type }) => type !== 'row');

/** What Prometheus adds to a series it scrapes by a ServiceMonitor. */
const ofTarget = ['namespace', 'pod', 'container', 'endpoint', 'job', 'instance', 'service'];

/** The labels of every series that a scrape gives, by the series' name. */
async function scrapedLabels(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const scene = new Scene({ role: 'runner' });
  scene.sight = comparedSight({ 'gcp/001_a.sql': 'a' });
  scene.beats = { event: 0, reconcile: 0 };
  scene.tell(failed('gcp/001_a.sql', '42601'));
  const fleet = new Scene({ role: 'fleet', fleet: () => fleetKnown({ a: {} }) });
  const texts = await Promise.all([scene.scrape(), fleet.scrape()]);
  const families = texts.flatMap((text) => [...readMetrics(text).values()]);
  const labels = new Map<string, Set<string>>(families.map(({ name }) => [name, new Set()]));
  for (const sample of families.flatMap(({ samples }) => samples)) {
    const known = labels.get(sample.name) ?? [];
    labels.set(sample.name, new Set([...known, ...Object.keys(sample.labels)]));
  }
  return labels;
}

async function expectAsksWhatThereIs(expression: string): Promise<void> {
  const scraped = await scrapedLabels();
  const { selectors, groupings } = readPromql(expression);
  expect(selectors.length).toBeGreaterThan(0);
  const had = new Set(ofTarget);
  for (const { metric, labels } of selectors) {
    const own = scraped.get(metric);
    expect(own, metric).toBeDefined();
    for (const label of labels) expect([...ofTarget, ...(own ?? [])], metric).toContain(label);
    for (const label of own ?? []) had.add(label);
  }
  for (const label of groupings) expect(had, expression).toContain(label);
}

describe('reading PromQL', () => {
  test('finds metrics, labels and groupings', () => {
    expect(readPromql('sum by (a) (rate(m{b=~"$x"}[$__rate_interval])) / on (c) n')).toEqual({
      selectors: [
        { metric: 'm', labels: ['b'] },
        { metric: 'n', labels: [] },
      ],
      groupings: ['a', 'c'],
    });
  });

  test.each(['sum by (', 'rate(m[5m]', 'm{a=}', 'm > > 1'])('refuses %s', (text) => {
    expect(() => readPromql(text)).toThrow('no PromQL');
  });

  test('a metric or a label that nobody exposes is found', async () => {
    await expect(expectAsksWhatThereIs('pgm_redy == 0')).rejects.toThrow('pgm_redy');
    const labelled = expectAsksWhatThereIs('pgm_ready{schema="gcp"} == 0');
    await expect(labelled).rejects.toThrow("'schema'");
    const grouped = expectAsksWhatThereIs('sum by (schema) (pgm_ready)');
    await expect(grouped).rejects.toThrow("'schema'");
  });
});

describe.each(alerts)('the alert $alert', ({ alert, expr, labels, annotations }) => {
  test('asks for metrics and labels that /metrics has', async () => {
    await expectAsksWhatThereIs(expr);
  });

  test('says how bad it is, what it means, what to do, and where more is told', () => {
    expect(['critical', 'warning', 'info']).toContain(labels['severity']);
    expect(Object.keys(annotations)).toEqual(['summary', 'description', 'action', 'runbook']);
    const [page = '', anchor] = annotations['runbook']?.split('#') ?? [];
    expect(anchor).toBe(alert.toLowerCase());
    expect(readFileSync(join(root, page), 'utf8')).toContain(`\n### ${alert}\n`);
  });
});

describe.each(withoutRows)('the panel $title', ({ targets = [], description }) => {
  test('asks for metrics and labels that /metrics has, and says what it shows', async () => {
    expect(description).toMatch(/\.$/);
    for (const { expr } of targets) await expectAsksWhatThereIs(expr);
  });
});

describe('the dashboard', () => {
  test('has panels that do not overlap, within the width of the page, each with an id of its own', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (const [at, panel] of panels.entries()) {
      const others = panels.slice(at + 1).filter((other) => overlap(panel, other));
      expect(others.map(({ title }) => title)).toEqual([]);
    }
  });

  test('marks changes of the ConfigMap, and offers namespaces and pods, by metrics that exist', async () => {
    for (const { expr } of dashboard.annotations.list) await expectAsksWhatThereIs(expr);
    const queries = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
    expect(queries).toHaveLength(2);
    for (const query of queries) {
      const [, metric = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
      await expectAsksWhatThereIs(`sum by (${label}) (${metric})`);
    }
  });
});

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
