import { parseSchemas, parseText } from './values.js';

/** Tried in this order when no directory is given. */
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
    unset: `the first of ${usualDirectories.join(', ')} that exists`,
    words: ['configmap'],
    completes: 'directory',
    parse: parseText,
    help: 'the directory of the migrations: a tree or a mounted ConfigMap',
  },
  configmapPath: {
    flag: null,
    env: ['CONFIGMAP_PATH'],
    unset: usualDirectories[0],
    parse: parseText,
    help: 'where the ConfigMap is mounted; used if neither --dir nor MIGRATIONS_DIR is set',
  },
  schemas: {
    flag: '--schemas <list>',
    unset: 'all',
    completes: 'schemas',
    parse: parseSchemas,
    help: 'only these schemas, comma-separated',
  },
} as const;
