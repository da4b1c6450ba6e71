import type { Labels, OutputConfig } from './config.js';
import type { Scope } from './scope.js';

export function resolveOutput(scope: Scope): OutputConfig {
  return {
    logFormat: scope.read('logFormat'),
    color: scope.read('noColor') || scope.read('noColorConvention') === true ? 'never' : 'auto',
    verbosity: verbosityOf(scope),
    terminationLog: scope.read('terminationLog'),
  };
}

export function resolveLabels(scope: Scope): Labels {
  return { namespace: scope.read('namespace'), configMap: scope.read('configmapName') };
}

function verbosityOf(scope: Scope): OutputConfig['verbosity'] {
  const quiet = scope.read('quiet');
  const verbose = scope.read('verbose');
  if (quiet && verbose) {
    const origins = [scope.given('quiet')?.origin, scope.given('verbose')?.origin].join(' and ');
    scope.findings.problem(`${origins} contradict each other: give one of them`);
  }
  if (verbose) return 'verbose';
  return quiet ? 'quiet' : 'normal';
}
