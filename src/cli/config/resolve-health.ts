import type { HealthConfig } from './config.js';
import { isServiceLink, type Scope } from './scope.js';

export function resolveHealth(scope: Scope): HealthConfig {
  const address = scope.read('healthHost');
  if (isServiceLink(scope.request.env['HEALTH_PORT']) && scope.given('healthPort') === null) {
    scope.findings.warn(
      'HEALTH_PORT is the link of a Kubernetes Service, not a port, and is ignored: set --health-port, or ' +
        'enableServiceLinks: false in the pod',
    );
  }
  return {
    port: scope.read('healthPort'),
    // An address that was named is never fallen back from.
    addresses: address === null ? ['::', '0.0.0.0'] : [address],
    readiness: scope.read('readiness'),
    exposeStatus: scope.read('exposeStatus'),
  };
}
