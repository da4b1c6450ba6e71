import { ConfigurationError } from '../../core/errors.js';
import type { ConfigOf, Parts } from './config.js';
import type { CommandName } from './option.js';
import { resolveApply, resolveLastKey } from './resolve-apply.js';
import { resolveHealth } from './resolve-health.js';
import { resolveConfigMap, resolvePrepare } from './resolve-kubernetes.js';
import { resolveLabels, resolveOutput } from './resolve-output.js';
import { resolveProbe } from './resolve-probe.js';
import { resolveServer } from './resolve-server.js';
import { resolveSource } from './resolve-source.js';
import { Findings, Scope, type ConfigRequest } from './scope.js';
import { refuseUnknownFlags, warnOfUnknownVariables } from './unknown-names.js';

/**
 * Reads the whole configuration of a command: flag, then environment, then default. Rejects with one
 * `ConfigurationError` that holds every mistake there is.
 */
export async function resolveConfig<C extends CommandName>(
  request: ConfigRequest<C>,
): Promise<ConfigOf<C>> {
  const findings = new Findings();
  const scope = new Scope(request, findings);
  refuseUnknownFlags(scope);
  warnOfUnknownVariables(scope);
  const config = {
    ...(await readParts[request.command](scope)),
    command: request.command,
    output: resolveOutput(scope),
    labels: resolveLabels(scope),
  };
  const { problems, warnings } = findings;
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { ...config, warnings };
}

const readParts: { readonly [C in CommandName]: (scope: Scope) => Promise<Parts[C]> } = {
  'ensure-db': resolveServer,
  migrate: async (scope) => {
    const source = await resolveSource(scope);
    return {
      ...(await resolveServer(scope)),
      source,
      apply: resolveApply(scope),
      dryRun: scope.read('dryRun'),
      to: resolveLastKey(scope, source.schemas),
      json: scope.read('json'),
    };
  },
  status: async (scope) => ({
    ...(await resolveServer(scope)),
    waitTimeoutMs: patienceOfStatus(scope),
    source: await resolveSource(scope),
    onChange: scope.read('onChange'),
    check: scope.read('check'),
    wait: scope.read('wait'),
    revision: scope.read('revision'),
    attempts: scope.read('attempts'),
    json: scope.read('json'),
  }),
  watch: async (scope) => ({
    ...(await resolveServer(scope)),
    source: await resolveSource(scope),
    apply: resolveApply(scope),
    health: resolveHealth(scope),
    graceMs: scope.read('grace'),
    rescanIntervalMs: scope.read('rescanInterval'),
  }),
  baseline: async (scope) => {
    const source = await resolveSource(scope);
    return {
      ...(await resolveServer(scope)),
      source,
      onPooler: scope.read('onPooler'),
      lockWaitMs: scope.read('lockWait'),
      dryRun: scope.read('dryRun'),
      to: resolveLastKey(scope, source.schemas),
    };
  },
  'serve-health': async (scope) => ({
    ...(await resolveServer(scope)),
    source: await resolveSource(scope),
    onChange: scope.read('onChange'),
    health: resolveHealth(scope),
    rescanIntervalMs: scope.read('rescanInterval'),
  }),
  configmap: resolveConfigMap,
  prepare: resolvePrepare,
  probe: (scope) => Promise.resolve(resolveProbe(scope)),
};

/** Who says --wait and not how long waits as long as `migrate` would. */
function patienceOfStatus(scope: Scope): number | null {
  const isOpen = scope.read('wait') && scope.given('waitTimeout') === null;
  return isOpen ? waitOfStatusMs : scope.read('waitTimeout');
}

const waitOfStatusMs = 60_000;
