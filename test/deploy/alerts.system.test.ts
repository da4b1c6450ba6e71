import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRules, readText } from './monitoring.js';
import { findTool, runTool, whyMissing } from './tools.js';

const hasPromtool = findTool('promtool') !== null;

test('promtool is installed', ({ skip }) => {
  if (hasPromtool) return;
  if (process.env['CI'] !== undefined) expect.fail(whyMissing('promtool'));
  skip(whyMissing('promtool'));
});

describe.skipIf(!hasPromtool)('the alerts, judged by promtool', () => {
  let directory: string;
  const rules = readRules();
  const story = readText('rules.test.yaml');

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'pgm-alerts-'));
    writeFileSync(join(directory, 'rules.spec.json'), JSON.stringify(rules));
    writeFileSync(join(directory, 'rules.test.yaml'), story);
  });

  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test('are rules that Prometheus loads', () => {
    const count = rules.groups.flatMap((group) => group.rules).length;
    const said = runTool('promtool', ['check', 'rules', join(directory, 'rules.spec.json')]);
    expect(said).toContain(`${count} rules found`);
  });

  test('fire when they should, for as long as they should, and not otherwise', () => {
    const file = join(directory, 'rules.test.yaml');
    expect(runTool('promtool', ['test', 'rules', file])).toContain('SUCCESS');
  });

  test('are each tested', () => {
    const names = rules.groups.flatMap((group) => group.rules).map(({ alert }) => alert);
    for (const name of names) expect(story).toContain(`alertname="${name}"`);
  });
});
