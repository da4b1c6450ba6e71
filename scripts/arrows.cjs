'use strict';
/**
 * The arrows of the house as lint rules: which room may import which room and which package.
 *
 *   bin → cli → library → operations → core
 *   db, sql, source, http, embedded, kubernetes, lint → core
 *   only library/open sees the adapters
 *
 * `rooms` lists what each room may import besides itself, `inner` the same for the rooms within a room. Static and dynamic imports, re-exports and types follow the same lists.
 */
const { dirname, join, relative } = require('node:path').posix;

const adapters = ['db', 'sql', 'source', 'http', 'embedded', 'kubernetes', 'lint'];

const disk = ['node:fs', 'node:fs/promises', 'node:path'];

const rooms = {
  core: { rooms: [], packages: ['node:buffer', 'node:crypto'] },
  operations: { rooms: ['core'], packages: [] },
  db: { rooms: ['core'], packages: ['node:crypto', 'node:timers/promises', 'node:zlib'] },
  sql: { rooms: ['core'], packages: [] },
  source: {
    rooms: ['core'],
    packages: ['chokidar', 'node:buffer', 'node:events', 'node:fs', 'node:path'],
  },
  lint: { rooms: ['core'], packages: ['yaml'] },
  http: { rooms: ['core'], packages: ['prom-client', 'node:crypto', 'node:http', 'node:net'] },
  embedded: {
    rooms: ['core'],
    packages: [
      ...disk,
      'node:child_process',
      'node:crypto',
      'node:events',
      'node:module',
      'node:net',
      'node:os',
      'node:readline',
      'node:timers/promises',
      'node:url',
    ],
  },
  kubernetes: { rooms: ['core'], packages: ['yaml', 'node:crypto', ...disk] },
  testing: {
    rooms: ['core', 'operations', 'library'],
    packages: ['node:fs/promises', 'node:path', 'node:timers', 'node:timers/promises'],
  },
  library: {
    rooms: ['core', 'operations'],
    packages: [...disk, 'node:module', 'node:os', 'node:timers/promises'],
  },
  cli: {
    rooms: ['core', 'operations', 'library'],
    packages: [
      'commander',
      'chalk',
      'ora',
      ...disk,
      'node:events',
      'node:process',
      'node:url',
      'node:v8',
    ],
  },
};

/** The only room that knows the driver and the network. */
const wire = {
  rooms: rooms.db.rooms,
  packages: [
    ...rooms.db.packages,
    '@mongodb-js/saslprep',
    'postgres',
    'node:events',
    'node:net',
    'node:tls',
  ],
};

/** The only room that runs git. */
const git = {
  rooms: rooms.source.rooms,
  packages: [...rooms.source.packages, 'node:child_process', 'node:os'],
};

/** The only room of it that reads lists of targets, which may be YAML. */
const targets = { rooms: rooms.source.rooms, packages: [...rooms.source.packages, 'yaml'] };

/** The only files that start a user's program: the editor, the check between waves. */
const users = { rooms: rooms.cli.rooms, packages: ['node:child_process', 'node:os'] };
const startingUsers = ['src/cli/process/edit.ts', 'src/cli/process/check-command.ts'];

/** The only room that knows PostgreSQL's own grammar. */
const grammar = { rooms: rooms.sql.rooms, packages: [...rooms.sql.packages, 'libpg-query'] };

/** The one file of `testing` that sees the adapters. */
const testingCompose = {
  rooms: [...rooms.testing.rooms, 'db', 'embedded', 'source', 'sql'],
  packages: [...rooms.testing.packages, 'node:module', 'node:os'],
};

/** What `testing` takes from the process it is loaded into; the process that keeps its server. */
const surroundings = { rooms: [], packages: ['node:process'] };
const keeper = { rooms: ['core', 'embedded'], packages: ['node:process'] };

/** The one room that sees the adapters. */
const compose = {
  rooms: [...rooms.library.rooms, ...adapters],
  packages: [...rooms.library.packages, 'node:process'],
};

const families = [
  'rules/second-run',
  'rules/locks',
  'rules/locks/constraints',
  'rules/locks/held',
  'rules/data',
  'rules/transactions',
  'rules/security',
  'rules/order',
  'rules/portability',
];

/** What can be asked of a statement, by subject. */
const known = ['known/locks', 'known/rows', 'known/types'];

/**
 * The rooms within a room, and for each which of the others it may see; '.' stands for the files in no inner room. No arrow
 * may lead back, so there are no cycles between them.
 */
const inner = {
  operations: {
    '.': ['run', 'watch', 'proof', 'against', 'drift', 'lint', 'health'],
    fleet: ['.', 'run', 'drift', 'against', 'proof'],
    watch: ['run', 'drift'],
    drift: [],
    against: ['run', 'proof'],
    proof: [],
    lint: [],
    health: [],
    run: [],
  },
  core: {
    watch: ['.', 'run', 'drift', 'fleet', 'statements', 'failure', 'files', 'text'],
    '.': ['run', 'statements', 'failure', 'files', 'foreign', 'catalog', 'drift', 'fleet', 'text'],
    'fleet/drift': ['fleet', 'drift', 'catalog', 'text'],
    fleet: ['run', 'configmap', 'failure', 'connection', 'files', 'text'],
    run: ['statements', 'failure', 'files', 'text'],
    statements: ['failure', 'files', 'foreign', 'text'],
    'failure/explain': ['failure', 'failure/mask', 'files', 'text'],
    'failure/mask': ['failure', 'text'],
    failure: ['files', 'text'],
    catalog: [],
    schema: ['schema/others', 'schema/tables', 'schema/parts', 'catalog', 'text'],
    'schema/others': ['schema/tables', 'schema/parts', 'catalog', 'text'],
    'schema/tables': ['schema/parts', 'catalog', 'text'],
    'schema/parts': ['catalog', 'text'],
    'drift/against': ['drift', 'catalog', 'schema/parts', 'files'],
    'drift/settled': ['drift', 'catalog', 'statements', 'files', 'text'],
    drift: ['catalog', 'foreign', 'files', 'text'],
    proof: [
      ...['proof/second-run', 'proof/database', '.', 'statements', 'failure', 'failure/explain'],
      ...['files', 'catalog', 'schema', 'schema/parts', 'text'],
    ],
    'proof/second-run': [
      'proof/database',
      '.',
      'statements',
      'failure',
      'files',
      'catalog',
      'text',
    ],
    'proof/database': [
      ...['.', 'statements', 'failure', 'files', 'catalog', 'schema', 'schema/parts', 'text'],
    ],
    grammar: [],
    lint: ['proof', 'proof/database', 'grammar', 'statements', 'failure', 'files', 'text'],
    configmap: ['files', 'text'],
    clones: ['connection', 'text'],
    'new-file': ['configmap', 'statements', 'files', 'foreign', 'text'],
    connection: ['files', 'text'],
    files: ['foreign'],
    foreign: [],
    moving: [
      ...['moving/recognise', '.', 'run', 'statements', 'failure', 'files', 'foreign', 'text'],
    ],
    'moving/recognise': ['foreign', 'text'],
    text: [],
  },
  db: {
    proof: ['.', 'apply', 'backend', 'history', 'catalog', 'proof/rows', 'wire'],
    'proof/rows': ['wire'],
    clones: ['.', 'backend', 'wire'],
    '.': ['apply', 'backend', 'catalog', 'drift', 'history', 'wire'],
    apply: ['backend', 'history', 'wire'],
    backend: ['wire'],
    catalog: ['wire'],
    drift: ['catalog', 'history', 'wire'],
    history: ['wire'],
    wire: [],
  },
  sql: {
    '.': ['classify', 'split', 'lex'],
    grammar: ['grammar/read', 'grammar/tree', 'lex'],
    'grammar/read': ['grammar/tree', 'lex'],
    'grammar/tree': ['lex'],
    classify: ['split', 'lex'],
    split: ['lex'],
    lex: [],
  },
  lint: {
    '.': ['rules', 'state', 'known'],
    rules: ['known', ...families],
    ...Object.fromEntries(families.map((family) => [family, ['known', ...known]])),
    state: ['known', ...known],
    'known/locks': ['known', 'known/rows'],
    'known/rows': ['known'],
    'known/types': [],
    known: [],
  },
  embedded: {
    shared: ['.', 'process'],
    '.': ['data', 'process'],
    data: ['process'],
    process: [],
  },
  library: {
    '.': ['work', 'open', 'connection'],
    work: ['open', 'connection'],
    open: ['connection'],
    connection: [],
  },
  cli: {
    '.': ['commands', 'commands/fleet', 'process', 'config', 'config/table', 'render/words'],
    'commands/fleet': [
      ...['commands', 'process', 'render/reporters', 'render/words', 'render/words/fleet'],
      ...['config', 'config/table'],
    ],
    commands: [
      'process',
      'config',
      'config/table',
      'render/reporters',
      'render/words',
      'render/words/completion',
      'render/words/findings',
    ],
    process: ['render/words', 'render/words/sentences'],
    'render/reporters': ['render/news', 'render/words', 'config'],
    'render/news': ['render/words', 'render/words/sentences'],
    'render/words/sentences': ['render/words', 'render/words/fleet'],
    'render/words/fleet': ['render/words'],
    'render/words/completion': [],
    'render/words/findings': ['render/words'],
    'render/words': [],
    config: ['config/table'],
    'config/table': [],
  },
};

/** `src/core/run/plan.ts` as the room `core` and the room `run` within it; null for a file outside the rooms. */
function placeOf(path) {
  const [top, room, ...rest] = dirname(path).split('/');
  return { room: top === 'src' ? room : undefined, within: rest.join('/') || '.' };
}

/** What a file may import. */
function limitsOf(path) {
  if (path.startsWith('src/db/wire/')) return wire;
  if (path.startsWith('src/source/git/')) return git;
  if (path.startsWith('src/source/targets/')) return targets;
  if (startingUsers.includes(path)) return users;
  if (path.startsWith('src/sql/grammar/')) return grammar;
  if (path.startsWith('src/library/open/')) return compose;
  if (path === 'src/testing/compose.ts') return testingCompose;
  if (path === 'src/testing/surroundings.ts') return surroundings;
  if (path === 'src/testing/keeper.ts') return keeper;
  return rooms[placeOf(path).room];
}

/** What is wrong with an import of `from` in the file `path`; null if nothing is. */
function problemOf(path, from) {
  const { room, within } = placeOf(path);
  const may = limitsOf(path);
  if (may === undefined) return `"${room}" is not a room: see scripts/arrows.cjs.`;
  if (typeof from !== 'string') return 'Name what is imported in a plain string.';
  if (!from.startsWith('.')) {
    if (may.packages.includes(from)) return null;
    return `The room "${room}" may only import the packages: ${list(may.packages)}.`;
  }
  const target = join(dirname(path), from);
  const seen = placeOf(target);
  if (seen.room === room) return problemWithin({ room, within }, seen.within);
  if (may.rooms.includes(seen.room)) return null;
  return `The room "${room}" may only see: ${list([room, ...may.rooms])} (ARCHITECTURE.md).`;
}

function problemWithin({ room, within }, seen) {
  if (inner[room] === undefined || seen === within) return null;
  const may = inner[room][within];
  if (may === undefined) return `"${room}/${within}" is not a room: see scripts/arrows.cjs.`;
  if (may.includes(seen)) return null;
  return `In "${room}", "${within}" may not see "${seen}", only: ${list(may)}.`;
}

function list(names) {
  return names.join(', ') || 'none';
}

/** Reports each import, of any form, that is not in the lists above. */
const arrows = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const check = (node, source) => {
      const message = problemOf(relative(context.cwd, context.filename), source.value);
      if (message !== null) context.report({ node, message });
    };
    const bySource = (node) => {
      if (node.source !== null) check(node, node.source);
    };
    return {
      ImportDeclaration: bySource,
      ExportNamedDeclaration: bySource,
      ExportAllDeclaration: bySource,
      ImportExpression: bySource,
      TSImportType: (node) => {
        check(node, node.source ?? node.argument.literal);
      },
    };
  },
};

/** What hides the fields of an object from the reader: name them instead. */
const named = '^(?:Identifier|MemberExpression)$';
const mergedLiterals = [
  {
    selector: 'ObjectExpression > SpreadElement > ObjectExpression',
    message: 'An object literal within an object literal: write its fields where they belong.',
  },
  {
    selector: `ObjectExpression > SpreadElement[argument.type=/${named}/] ~ SpreadElement[argument.type=/${named}/]`,
    message: 'Several objects merged into one hide what it depends on: name the fields.',
  },
];

/** For modules that test files share: a worker loads them once for all of them. */
const sharedHook = {
  selector:
    'Program > ExpressionStatement > CallExpression[callee.name=/^(before|after)(Each|All)$/]',
  message:
    'This hook would be that of the first test file of a worker only: call it in a function.',
};

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
  {
    files: ['src/**/*.ts', 'test/support/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 200 }],
      'max-lines-per-function': ['error', { max: 40 }],
      'no-restricted-syntax': ['error', ...mergedLiterals, sharedHook],
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/support/**', '**/*.{test,soak,measure}.ts'],
    rules: { 'no-restricted-syntax': ['error', sharedHook] },
  },
  { files: ['src/**/*.ts', 'test/**/*.ts'], rules: { 'max-params': ['error', { max: 4 }] } },
  {
    files: ['src/*/**/*.ts'],
    plugins: { house: { rules: { arrows } } },
    rules: { 'house/arrows': 'error' },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          name: 'node:crypto',
          allowImportNames: ['createHash', 'hash'],
          message: 'Core may hash; randomness comes in through a port.',
        },
      ],
    },
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
        { object: 'Math', property: 'random', message: 'Randomness comes in through a port.' },
        { object: 'AbortSignal', property: 'timeout', message: 'Time comes in through a port.' },
        ...localeMethods.map((property) => ({
          property,
          message: 'Never by locale: see core/files/order.ts.',
        })),
      ],
    },
  },
];
