/** What docs/terminal.svg shows: a folder of three files, one of them with a mistake, applied, fixed and applied again. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const columns = 108;

export const title =
  'pgm migrate applies two of three files and shows the mistake in the third; once fixed, it is applied';

const pgm = fileURLToPath(new URL('../../../bin/pgm.js', import.meta.url));

const migrate = 'pgm migrate --dir migrations --embedded .pgm';

const commands = [
  migrate,
  "sed -i 's/id, placed$/id, placed_at/' migrations/shop/003_create_view.sql",
  migrate,
];

const files = {
  'shop/001_create_schema.sql': 'CREATE SCHEMA IF NOT EXISTS shop;\n',
  'shop/002_create_orders.sql': `CREATE TABLE IF NOT EXISTS shop.orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  placed_at timestamptz NOT NULL DEFAULT now()
);
`,
  'shop/003_create_view.sql': `CREATE OR REPLACE VIEW shop.recent_orders AS
SELECT id, placed
FROM shop.orders
WHERE placed_at > now() - interval '7 days';
`,
};

/** Runs the commands one after the other. Returns the raw terminal output that a user typing them would see. */
export async function tellStory() {
  const home = mkdtempSync(join(tmpdir(), 'pgm-terminal-'));
  const folder = join(home, 'shop');
  try {
    writeFiles(home, folder);
    mkdirSync(join(home, 'bin'));
    symlinkSync(pgm, join(home, 'bin/pgm'));
    let seen = '';
    for (const command of commands) {
      const output = await runInTerminal(command, folder, home);
      seen += `\x1b[32m$\x1b[39m \x1b[1m${command}\x1b[22m\r\n${output}\x1b[0m`;
    }
    return seen.replaceAll(folder, '~');
  } finally {
    rmSync(home, { recursive: true });
  }
}

function writeFiles(home, folder) {
  // Root runs the server as another user, who needs access.
  chmodSync(home, 0o755);
  for (const [name, sql] of Object.entries(files)) {
    const path = join(folder, 'migrations', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, sql);
  }
}

/**
 * Runs a command line in `folder`, in a terminal of `columns` columns, and returns what it wrote to it, whatever its exit
 * code. `pgm` is the one of this repository. The terminal is that of `script`, which is part of util-linux.
 */
function runInTerminal(command, folder, home) {
  const options = {
    cwd: folder,
    // Nothing of our own environment may color the picture: no CI, no NO_COLOR, no DATABASE_URL.
    env: {
      PATH: [join(home, 'bin'), process.env.PATH].join(delimiter),
      HOME: home,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      SHELL: '/bin/sh',
    },
  };
  const line = `stty cols ${columns} rows 100; ${command}`;
  return new Promise((resolve, reject) => {
    const child = execFile(
      'script',
      ['-q', '-e', '-c', line, '/dev/null'],
      options,
      (error, stdout) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve(stdout);
      },
    );
    child.stdin.end();
  });
}
