import { accepted } from '../../../core/text/words.js';
import { objectName, oneOf, parseText, toggle } from './values.js';

/** What pgm prints, and the labels of its logs, status and metrics. */
export const outputOptions = {
  logFormat: {
    flag: '--log-format <format>',
    default: 'auto',
    parse: oneOf('auto', 'text', 'json'),
    help: 'auto (a spinner on a terminal, plain lines elsewhere), text or json',
  },
  noColor: toggle('--no-color', 'no colors'),
  noColorConvention: {
    flag: null,
    env: ['NO_COLOR'],
    unset: 'off',
    // By the convention of no-color.org any value that is not empty counts, even "0".
    parse: () => accepted(true),
    help: 'no colors, unless the value is empty',
  },
  quiet: toggle('--quiet', 'print only warnings, errors and the result'),
  verbose: toggle('--verbose', 'print every decision and its reason'),
  terminationLog: {
    flag: '--termination-log <file>',
    unset: '/dev/termination-log if pgm is the first process of a container',
    completes: 'file',
    parse: parseText,
    help: 'write the last failure to this file, if it exists, for kubectl describe pod',
  },
  namespace: {
    flag: null,
    env: ['NAMESPACE'],
    default: 'secret-manager-controller-pact-broker',
    parse: objectName(63, false),
    help: 'the Kubernetes namespace, named in logs, status and metrics',
  },
  configmapName: {
    flag: null,
    env: ['CONFIGMAP_NAME'],
    default: 'postgres-migrations',
    parse: objectName(253, true),
    help: 'the ConfigMap that holds the migrations, named in logs, status and metrics',
  },
} as const;
