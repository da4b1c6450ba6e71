import type { Parts, SourceConfig } from './config.js';
import { usualDirectories } from './options-source.js';
import { resolveLabels } from './resolve-output.js';
import { resolveSource } from './resolve-source.js';
import type { Scope } from './scope.js';

export async function resolveConfigMap(scope: Scope): Promise<Parts['configmap']> {
  const labels = resolveLabels(scope);
  const check = scope.read('checkFile');
  const volume = scope.read('volume');
  if (check !== null && volume) {
    scope.findings.problem('--volume prints and --check compares: give one of them');
  }
  return {
    source: await resolveSource(scope),
    historySchema: scope.read('historySchema'),
    name: scope.read('mapName') ?? labels.configMap,
    namespace: scope.read('mapNamespace') ?? labels.namespace,
    volume,
    check,
  };
}

export async function resolvePrepare(scope: Scope): Promise<Parts['prepare']> {
  return {
    source: mountedSource(await resolveSource(scope)),
    historySchema: scope.read('historySchema'),
    target: scope.read('target'),
    sentinel: scope.read('sentinel'),
  };
}

/** What is copied is the mount. The other usual directories are where copies go, or lie on a developer's machine. */
function mountedSource(source: SourceConfig): SourceConfig {
  if (source.origin !== 'default') return source;
  return { ...source, directory: usualDirectories[0], reason: 'nothing names another directory' };
}
