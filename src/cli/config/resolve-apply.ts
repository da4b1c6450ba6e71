import type { ApplyConfig } from './config.js';
import type { Scope } from './scope.js';

export function resolveApply(scope: Scope): ApplyConfig {
  return {
    onFailure: scope.read('onFailure'),
    onChange: scope.read('onChange'),
    onPooler: scope.read('onPooler'),
    lockTimeoutMs: scope.read('lockTimeout'),
    lockWaitMs: scope.read('lockWait'),
  };
}

/** The last migration to apply; one that `--schemas` leaves out could never be reached. */
export function resolveLastKey(scope: Scope, schemas: readonly string[] | null): string | null {
  const to = scope.read('to');
  const [schema] = to?.split('/') ?? [];
  if (schema !== undefined && schemas?.includes(schema) === false) {
    const [target, limit] = [scope.given('to')?.origin, scope.given('schemas')?.origin];
    scope.findings.problem(
      `${target ?? '--to'} is in the schema "${schema}", which ${limit ?? '--schemas'} leaves out: change one of them`,
    );
  }
  return to;
}
