import type { ProbeConfig } from './config.js';
import type { Scope } from './scope.js';

/** Imports as little as it can: a probe starts every few seconds. */
export function resolveProbe(scope: Scope): ProbeConfig {
  const question = scope.read('probe');
  const revision = scope.read('revision');
  if (scope.given('probe') === null) {
    scope.findings.problem('say what to ask: pgm probe liveness, readiness or health');
  }
  if (question === 'liveness' && scope.given('revision')?.origin === '--revision') {
    scope.findings.problem('--revision is for readiness and health: liveness knows of no revision');
  }
  return {
    question: question ?? 'readiness',
    revision: question === 'liveness' ? null : revision,
    port: scope.read('healthPort'),
    hosts: hostsToAsk(scope.read('healthHost')),
    timeoutMs: scope.read('timeout'),
  };
}

/** Who listens everywhere, or says nothing of it, listens on this machine's own address too. */
function hostsToAsk(host: string | null): readonly string[] {
  if (host === null || host === '::' || host === '0.0.0.0') return ['127.0.0.1', '::1'];
  return [host];
}
