import { usualSentinel } from '../../core/sentinel.js';
import { byDefault, described } from './option.js';
import { durationFrom, objectName, oneOf, parseSwitch, parseText } from './values.js';

/** What the commands take that work for a cluster and not on a database. */
export const kubernetesOptions = {
  mapName: {
    flag: '--name <name>',
    variable: 'PGM_CONFIGMAP_NAME',
    env: [],
    default: described('what CONFIGMAP_NAME says'),
    commands: ['configmap'],
    parse: objectName(253, true),
    help: 'the name of the ConfigMap',
  },
  mapNamespace: {
    flag: '--namespace <name>',
    env: [],
    default: described('what NAMESPACE says'),
    commands: ['configmap'],
    parse: objectName(63, false),
    help: 'the namespace of the ConfigMap',
  },
  volume: {
    flag: '--volume',
    env: [],
    default: byDefault('off'),
    commands: ['configmap'],
    parse: parseSwitch,
    help: 'print the volume that mounts the ConfigMap, and not the ConfigMap',
  },
  checkFile: {
    flag: '--check <file>',
    variable: 'PGM_CONFIGMAP_CHECK',
    env: [],
    default: described('none'),
    commands: ['configmap'],
    parse: parseText,
    help: 'compare the ConfigMap in this file, or in - for stdin, with the tree; exit with 3 where they differ',
  },
  target: {
    flag: '--to <dir>',
    variable: 'MIGRATIONS_TARGET',
    env: [],
    default: byDefault('/shared/postgres-migrations'),
    commands: ['prepare'],
    parse: parseText,
    help: 'the directory that becomes the tree',
  },
  sentinel: {
    flag: '--sentinel <file>',
    env: ['MIGRATIONS_READY_SENTINEL_PATH'],
    default: byDefault(usualSentinel),
    commands: ['prepare'],
    parse: parseText,
    help: 'the file that says that the tree is complete',
  },
  probe: {
    flag: null,
    env: [],
    words: ['probe'],
    default: described('none'),
    commands: ['probe'],
    parse: oneOf('liveness', 'readiness', 'health'),
    help: 'what to ask: liveness, readiness or health',
  },
  timeout: {
    flag: '--timeout <duration>',
    env: [],
    default: byDefault('2s'),
    commands: ['probe'],
    parse: durationFrom(1),
    help: 'how long to wait for the answer',
  },
} as const;
