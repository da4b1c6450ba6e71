import { isServiceLink } from '../../core/connection/connection.js';
import type { HealthConfig } from '../../library/work/serve.js';
import { options } from './table/options.js';
import type { Scope } from './table/scope.js';

/** How `watch` looks for drift; null if it does not. */
export function resolveDriftWatch(
  scope: Scope,
  { timeoutMs, ignored }: { readonly timeoutMs: number; readonly ignored: readonly string[] },
) {
  const intervalMs = scope.read(options.health.driftInterval);
  const off =
    timeoutMs === 0
      ? `${scope.originOf(options.drift.catalogTimeout)} is 0`
      : intervalMs === null
        ? `${scope.originOf(options.health.driftInterval)} is off`
        : null;
  if (off !== null && scope.read(options.health.readiness) === 'strict') {
    scope.problems.add(
      `${off}, so nothing looks for drift, and --readiness strict needs that: change one of them`,
    );
  }
  return intervalMs === null || timeoutMs === 0 ? null : { intervalMs, timeoutMs, ignored };
}

export function resolveHealth(scope: Scope): HealthConfig {
  const address = scope.read(options.health.healthHost);
  if (
    isServiceLink(scope.request.env['HEALTH_PORT']) &&
    scope.given(options.health.healthPort) === null
  ) {
    scope.warnings.add(
      'HEALTH_PORT holds the address of a Kubernetes Service (a service link), not a port, and is ignored: set --health-port, or ' +
        'enableServiceLinks: false in the pod',
    );
  }
  return {
    port: scope.read(options.health.healthPort),
    addresses: address === null ? ['::', '0.0.0.0'] : [address],
    readiness: scope.read(options.health.readiness),
    exposeStatus: scope.read(options.health.exposeStatus),
  };
}
