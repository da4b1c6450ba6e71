import { usualSentinel } from '../../../core/configmap/configmap-tree.js';
import { durationFrom, objectName, oneOf, toggle, parseText } from './values.js';

/** Options of the commands that work without a database. */
export const kubernetesOptions = {
  mapName: {
    flag: '--name <name>',
    variable: 'PGM_CONFIGMAP_NAME',
    unset: 'CONFIGMAP_NAME',
    parse: objectName(253, true),
    help: 'the name of the ConfigMap',
  },
  mapNamespace: {
    flag: '--namespace <name>',
    unset: 'NAMESPACE',
    parse: objectName(63, false),
    help: 'the namespace of what is printed',
  },
  volume: toggle('--volume', 'print the volume that mounts the ConfigMap instead of the ConfigMap'),
  checkFile: {
    flag: '--check <file>',
    variable: 'PGM_CONFIGMAP_CHECK',
    completes: 'file',
    parse: parseText,
    help: 'compare the tree with the ConfigMap in this file (- is stdin); exit with 3 if they differ',
  },
  target: {
    flag: '--to <dir>',
    variable: 'MIGRATIONS_TARGET',
    default: '/shared/postgres-migrations',
    completes: 'directory',
    parse: parseText,
    help: 'the directory to write the tree to',
  },
  sentinel: {
    flag: '--sentinel <file>',
    env: ['MIGRATIONS_READY_SENTINEL_PATH'],
    default: usualSentinel,
    completes: 'file',
    parse: parseText,
    help: 'the file to write once the tree is complete',
  },
  probe: {
    flag: null,
    words: ['probe'],
    parse: oneOf('liveness', 'readiness', 'health'),
    help: 'what to ask: liveness, readiness or health',
  },
  timeout: {
    flag: '--timeout <duration>',
    default: '2s',
    parse: durationFrom(1),
    help: 'how long to wait for the answer',
  },
} as const;
