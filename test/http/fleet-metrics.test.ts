import { describe, expect, test } from 'vitest';
import type { TargetOutcome } from '../../src/core/fleet/outcome.js';
import { fleetHealth, type FleetKnown } from '../../src/core/watch/fleet-view.js';
import { fleetKnown } from './fleet-scene.js';
import { Scene } from './metrics-scene.js';
import { readMetrics } from './metrics-text.js';

const sceneOf = (known: FleetKnown) =>
  new Scene({
    role: 'fleet',
    fleet: () => known,
    health: () => Promise.resolve(fleetHealth(known, null)),
  });

describe('metrics of a fleet', () => {
  test('count targets by state and revision, and those that lack a file', async () => {
    const scene = sceneOf(
      fleetKnown({
        a: { revision: 'b'.repeat(64), behindBy: 0 },
        b: { revision: 'b'.repeat(64), behindBy: 0, state: 'done' },
        c: { state: 'behind', revision: 'c'.repeat(64), behindBy: 2 },
        d: { state: 'failed', behindBy: 1 },
        e: { state: 'away' },
      }),
    );
    const targets = (state: string, revision: string) =>
      scene.value('pgm_fleet_targets', { state, revision });
    expect(await targets('up-to-date', 'b'.repeat(12))).toBe(2);
    expect(await targets('behind', 'c'.repeat(12))).toBe(1);
    expect(await targets('failed', '')).toBe(1);
    expect(await targets('away', '')).toBe(1);
    expect(await scene.value('pgm_fleet_behind')).toBe(2);
    expect(await scene.value('pgm_fleet_look_seconds')).toBe(1.5);
    expect(await scene.value('pgm_fleet_looked_timestamp_seconds')).toBe(1_000);
    expect(await scene.value('pgm_ready')).toBe(1);
  });

  test('are few, however many revisions there are', async () => {
    const found: Record<string, Partial<TargetOutcome>> = {};
    for (let at = 0; at < 500; at += 1) {
      found[`t${at}`] = { revision: String(at).padStart(64, '0').split('').reverse().join('') };
    }
    const family = readMetrics(await sceneOf(fleetKnown(found)).scrape()).get('pgm_fleet_targets');
    expect(family?.samples).toHaveLength(9);
    expect(family?.samples.reduce((sum, { value }) => sum + value, 0)).toBe(500);
  });

  test('say that nobody looks; what was seen stays', async () => {
    const scene = sceneOf(fleetKnown({ a: {} }, '/etc/targets: no such file'));
    expect(await scene.value('pgm_fleet_looking')).toBe(0);
    expect(await scene.value('pgm_ready')).toBe(0);
    expect(await scene.value('pgm_fleet_looked_timestamp_seconds')).toBe(1_000);
  });
});

test('a fleet is ready when somebody looks at it, and for no revision', () => {
  const known = fleetKnown({ a: { state: 'failed' } });
  expect(fleetHealth(known, null).ready).toBe(true);
  expect(fleetHealth(known, 'aaaa').ready).toBe(false);
  expect(fleetHealth({ seen: null, problem: null }, null).ready).toBe(false);
  const broken = fleetHealth(fleetKnown({}, '/etc/targets/secret-name: broken'), null);
  expect(broken).toMatchObject({ ready: false, reason: 'targets or files cannot be read' });
});
