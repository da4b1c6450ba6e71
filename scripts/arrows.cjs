'use strict';
/**
 * The arrows of the house as lint rules: which room may import which room and which package.
 *
 *   bin → cli → operations → core
 *   db, sql, source, http, embedded, kubernetes → core
 *   only cli/compose.ts (and the public library, index.ts) sees the adapters
 *
 * `rooms` lists what each room may import besides itself. Static and dynamic imports, re-exports and types are held to
 * the same list.
 */
const adapters = ['db', 'sql', 'source', 'http', 'embedded', 'kubernetes'];
const allRooms = ['core', 'operations', ...adapters, 'cli'];

const rooms = {
  core: { rooms: [], packages: ['node:buffer', 'node:crypto'] },
  operations: { rooms: ['core'], packages: [] },
  db: {
    rooms: ['core'],
    packages: [
      'postgres',
      'node:crypto',
      'node:events',
      'node:net',
      'node:timers/promises',
      'node:tls',
    ],
  },
  sql: { rooms: ['core'], packages: ['libpg-query'] },
  source: { rooms: ['core'], packages: ['chokidar', 'node:fs', 'node:fs/promises', 'node:path'] },
  http: { rooms: ['core'], packages: ['prom-client', 'node:crypto', 'node:http', 'node:net'] },
  embedded: {
    rooms: ['core'],
    packages: [
      'node:child_process',
      'node:events',
      'node:fs',
      'node:fs/promises',
      'node:module',
      'node:net',
      'node:os',
      'node:path',
      'node:url',
      'node:crypto',
      'node:timers/promises',
    ],
  },
  kubernetes: {
    rooms: ['core'],
    packages: ['yaml', 'node:crypto', 'node:fs', 'node:fs/promises', 'node:path'],
  },
  cli: {
    rooms: ['core', 'operations'],
    packages: [
      'commander',
      'chalk',
      'ora',
      'node:fs',
      'node:fs/promises',
      'node:module',
      'node:os',
      'node:path',
      'node:process',
      'node:timers/promises',
      'node:url',
      'node:v8',
    ],
  },
};

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** What lies beside the rooms, and is for none of them: the library is made of the rooms, not the other way round. */
const beside = [
  'bin',
  'dist',
  'migrations',
  'node_modules',
  'scripts',
  'src',
  'test',
  'index.js',
  'package.json',
];

/** Paths by which a file could get round the two lists. */
const detours = [
  {
    regex: `^(?:\\.\\./)+(?:${beside.map(escape).join('|')})(?:/|$)`,
    message: 'A room sees rooms only, not what lies beside them.',
  },
  {
    regex: '^/|(?:^|/)(?!\\.\\.?/)[^/]+/\\.\\.?(?:/|$)',
    message: 'Write the shortest relative path, so that the arrow can be seen in it.',
  },
];

/** Rules that forbid every import not in the two lists. */
function importRules(room, mayRooms, mayPackages) {
  const shut = allRooms.filter((other) => other !== room && !mayRooms.includes(other));
  const packages = mayPackages.map(escape).join('|') || '(?!)';
  const forbidden = [
    {
      regex: `^(?:\\.\\.?/)+(?:${shut.join('|')})/`,
      message: `The room "${room}" may only see: ${[room, ...mayRooms].join(', ')} (ARCHITECTURE.md).`,
    },
    {
      regex: `^(?![./])(?!(?:${packages})$)`,
      message: `The room "${room}" may only import the packages: ${mayPackages.join(', ') || 'none'}.`,
    },
    ...detours,
  ];
  return {
    'no-restricted-imports': ['error', { patterns: [...forbidden, ...pureNames(room)] }],
    'no-restricted-syntax': [
      'error',
      ...forbidden.map(({ regex, message }) => ({
        selector: `:matches(ImportExpression > Literal, TSImportType Literal)[value=/${inSelector(regex)}/]`,
        message,
      })),
      {
        selector: 'ImportExpression[source.type!="Literal"]',
        message: 'Name what is imported in a plain string, so that the arrow can be checked.',
      },
    ],
  };
}

/** Of what core may import, the names without effects. */
function pureNames(room) {
  if (room !== 'core') return [];
  return [
    {
      regex: '^node:crypto$',
      allowImportNames: ['createHash', 'hash'],
      message: 'Core may hash; chance comes in through a port.',
    },
  ];
}

/** In a selector the regular expression stands between slashes. */
function inSelector(regex) {
  return regex.replace(/\\?\//g, '\\/');
}

const processMessage = 'Only src/cli touches the process, the console and the environment.';
const world = ['process', 'console', 'globalThis', 'global'];
const impure = [
  'Date',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'WebSocket',
  'EventSource',
  'crypto',
  'Intl',
];
const localeMethods = ['localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase', 'toLocaleString'];

const restrict = (names, message) => names.map((name) => ({ name, message }));

module.exports = [
  ...Object.entries(rooms).map(([room, may]) => ({
    files: [`src/${room}/**/*.ts`],
    rules: importRules(room, may.rooms, may.packages),
  })),
  {
    files: ['src/cli/compose.ts'],
    rules: importRules('cli', ['core', 'operations', ...adapters], rooms.cli.packages),
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-restricted-globals': ['error', ...restrict(world, processMessage)] },
  },
  {
    files: ['src/core/**/*.ts', 'src/operations/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...restrict(world, processMessage),
        ...restrict(
          impure,
          'Core and operations get time and effects through ports (core/ports.ts).',
        ),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Chance comes in through a port.' },
        { object: 'AbortSignal', property: 'timeout', message: 'Time comes in through a port.' },
        ...localeMethods.map((property) => ({
          property,
          message: 'Never by locale: see core/order.ts.',
        })),
      ],
    },
  },
];
