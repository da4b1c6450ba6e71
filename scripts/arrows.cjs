'use strict';
/**
 * The arrows of the house as lint rules: which room may import which room and which package.
 *
 *   bin → cli → operations → core
 *   db, sql, source, http, embedded, kubernetes → core
 *   only cli/compose.ts (and the public library, index.ts) sees the adapters
 *
 * `rooms` lists what each room may import besides itself. Static and dynamic imports are held to the same list.
 */
const adapters = ['db', 'sql', 'source', 'http', 'embedded', 'kubernetes'];
const allRooms = ['core', 'operations', ...adapters, 'cli'];

const rooms = {
  core: { rooms: [], packages: ['node:crypto'] },
  operations: { rooms: ['core'], packages: [] },
  db: { rooms: ['core'], packages: ['postgres', 'node:crypto', 'node:net', 'node:tls'] },
  sql: { rooms: ['core'], packages: ['libpg-query'] },
  source: { rooms: ['core'], packages: ['chokidar', 'node:fs', 'node:fs/promises', 'node:path'] },
  http: { rooms: ['core'], packages: ['node:http', 'node:net'] },
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
  kubernetes: { rooms: ['core'], packages: [] },
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
    ],
  },
};

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Rules that forbid every import not in the two lists, static or dynamic. */
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
  ];
  return {
    'no-restricted-imports': ['error', { patterns: forbidden }],
    'no-restricted-syntax': [
      'error',
      ...forbidden.map(({ regex, message }) => ({
        selector: `ImportExpression > Literal[value=/${regex.replaceAll('/', '\\/').replaceAll('\\\\/', '\\/')}/]`,
        message,
      })),
    ],
  };
}

const processMessage = 'Only src/cli touches the process, the console and the environment.';
const impure = ['Date', 'setTimeout', 'setInterval', 'setImmediate', 'performance', 'fetch'];

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
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: processMessage },
        { name: 'console', message: processMessage },
      ],
    },
  },
  {
    files: ['src/core/**/*.ts', 'src/operations/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'process', message: processMessage },
        { name: 'console', message: processMessage },
        ...impure.map((name) => ({
          name,
          message: 'Core and operations get time and effects through ports (core/ports.ts).',
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Chance comes in through a port.' },
      ],
    },
  },
];
