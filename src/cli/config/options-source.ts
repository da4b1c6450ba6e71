import { byDefault, described, type CommandName } from './option.js';
import { parseSchemas, parseSwitch, parseText } from './values.js';

const applied: readonly CommandName[] = ['migrate', 'status', 'watch', 'serve-health', 'baseline'];
const reading: readonly CommandName[] = [...applied, 'configmap', 'prepare'];

/** Looked for, in this order, when nothing names a directory. */
export const usualDirectories = [
  '/migrations-configmap',
  '/shared/postgres-migrations',
  './migrations',
] as const;

/** Where migrations come from. */
export const sourceOptions = {
  dir: {
    flag: '--dir <path>',
    env: ['MIGRATIONS_DIR'],
    default: described(`the first that exists of ${usualDirectories.join(', ')}`),
    commands: reading,
    words: ['configmap'],
    parse: parseText,
    help: 'the directory of the migrations: a tree, or a mounted ConfigMap',
  },
  configmapPath: {
    flag: null,
    env: ['CONFIGMAP_PATH'],
    default: described(usualDirectories[0]),
    commands: reading,
    parse: parseText,
    help: 'where the ConfigMap is mounted; used when neither --dir nor MIGRATIONS_DIR is set',
  },
  schemas: {
    flag: '--schemas <list>',
    env: [],
    default: described('all'),
    commands: reading,
    parse: parseSchemas,
    help: 'only these schemas, separated by commas',
  },
  allowEmpty: {
    flag: '--allow-empty',
    env: [],
    default: byDefault('off'),
    commands: applied,
    parse: parseSwitch,
    help: 'a source without migrations counts as up to date',
  },
} as const;
