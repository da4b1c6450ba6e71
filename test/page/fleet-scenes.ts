import type { TargetOutcome } from '../../src/core/fleet/outcome.js';
import { type FleetView, fleetHealth } from '../../src/core/watch/fleet-view.js';
import { fleetKnown } from '../http/fleet-scene.js';
import { syntaxError } from '../support/memory/history.js';
import { now } from './views.js';

/** Most of a thousand are fine; three are not, each in another way, and one has a name that nobody would give. */
export function fleetInTrouble(): FleetView {
  const found: Record<string, Partial<TargetOutcome>> = {};
  for (let at = 1; at <= 978; at += 1) {
    found[`tenant-${at}`] = { revision: '4f1c'.repeat(16), behindBy: 0 };
  }
  for (let at = 979; at <= 997; at += 1) {
    found[`tenant-${at}`] = { state: 'behind', revision: '37d0'.repeat(16), behindBy: 2 };
  }
  const failure = { key: 'app/003_x.sql', path: 'app/003_x.sql', failure: syntaxError };
  found['eu-7'] = { state: 'failed', reason: 'app/003_x.sql failed', behindBy: 1, failure };
  found['us-3'] = {
    state: 'refused',
    reason: 'db.us:5432/app: password authentication failed for user "app" (SQLSTATE 28P01)',
  };
  found[`<script>alert(1)</script>${'very-long-'.repeat(12)}`] = {
    state: 'away',
    reason: 'h:5432: ECONNREFUSED',
  };
  const { seen } = fleetKnown(found);
  const known = { seen: seen === null ? null : { ...seen, at: now - 20_000 }, problem: null };
  return {
    kind: 'fleet',
    version: '1.0.0',
    at: now,
    labels: { namespace: 'shop', configMap: 'postgres-migrations' },
    health: fleetHealth(known, null),
    source: { directory: '/migrations-configmap', origin: 'CONFIGMAP_PATH' },
    everyMs: 60_000,
    seen: known.seen,
    problem: null,
  };
}
