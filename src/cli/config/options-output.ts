import { accepted } from '../../core/parsed.js';
import { byDefault, described, type CommandName } from './option.js';
import { objectName, oneOf, parseSwitch, parseText } from './values.js';

const everywhere: readonly CommandName[] = [
  'ensure-db',
  'migrate',
  'status',
  'watch',
  'serve-health',
  'baseline',
  'configmap',
  'prepare',
];

/** What pgm prints, and what it calls the place it runs in. */
export const outputOptions = {
  logFormat: {
    flag: '--log-format <format>',
    env: [],
    default: byDefault('auto'),
    commands: everywhere,
    parse: oneOf('auto', 'text', 'json'),
    help: 'auto (a spinner on a terminal, plain lines elsewhere), text or json',
  },
  noColor: {
    flag: '--no-color',
    env: [],
    default: byDefault('off'),
    commands: everywhere,
    parse: parseSwitch,
    help: 'no colors',
  },
  noColorConvention: {
    flag: null,
    env: ['NO_COLOR'],
    default: described('off'),
    commands: everywhere,
    // By the convention of no-color.org any value that is not empty counts, even "0".
    parse: () => accepted(true),
    help: 'no colors, whatever the value, unless it is empty',
  },
  quiet: {
    flag: '--quiet',
    env: [],
    default: byDefault('off'),
    commands: everywhere,
    parse: parseSwitch,
    help: 'print warnings, errors and the result only',
  },
  verbose: {
    flag: '--verbose',
    env: [],
    default: byDefault('off'),
    commands: everywhere,
    parse: parseSwitch,
    help: 'print what is decided and why',
  },
  terminationLog: {
    flag: '--termination-log <file>',
    env: [],
    default: described('/dev/termination-log where pgm is the first process of a container'),
    commands: everywhere,
    parse: parseText,
    help: 'keep the last failure in this file, if it exists, for kubectl describe pod',
  },
  namespace: {
    flag: null,
    env: ['NAMESPACE'],
    default: byDefault('secret-manager-controller-pact-broker'),
    commands: everywhere,
    parse: objectName(63, false),
    help: 'the Kubernetes namespace, named in logs, status and metrics',
  },
  configmapName: {
    flag: null,
    env: ['CONFIGMAP_NAME'],
    default: byDefault('postgres-migrations'),
    commands: everywhere,
    parse: objectName(253, true),
    help: 'the ConfigMap that holds the migrations, named in logs, status and metrics',
  },
} as const;
