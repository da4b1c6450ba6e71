import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, get, until } from '../../support/http.js';
import { pgm, RunningPgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

const here = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const nowhere = { DATABASE_URL: 'postgresql://pact:canary@127.0.0.1:1/x' };

let tree: Tree;

beforeAll(async () => {
  tree = await makeTree({ 'a/001_x.sql': 'select 1;' });
});

afterAll(() => tree.remove());

describe('a user without a home', () => {
  /** As libuv says it for a user who has no entry in the password file, where HOME is not set. */
  const homeless = `data:text/javascript,${encodeURIComponent(`
    import os from 'node:os';
    import { syncBuiltinESMExports } from 'node:module';
    const unknown = (name) => () => {
      throw Object.assign(new Error(name + ' returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
    };
    os.homedir = unknown('uv_os_homedir');
    os.userInfo = unknown('uv_os_get_passwd');
    syncBuiltinESMExports();`)}`;

  test.each(['', '?sslmode=require', '?sslmode=verify-full'])(
    'is no bug: the default paths are not there, url%s',
    async (query) => {
      const { exitCode, stderr } = await pgm(['status', '--dir', tree.directory], {
        DATABASE_URL: `${nowhere.DATABASE_URL}${query}`,
        PGM_WAIT_TIMEOUT: '1ms',
        NODE_OPTIONS: `--import=${homeless}`,
      });
      expect(stderr).not.toContain('a bug in pgm');
      expect(exitCode).toBe(query.endsWith('verify-full') ? 2 : 4);
    },
  );
});

test.each(['watch', 'serve-health'])(
  'SIGUSR1 opens no inspector in %s, and does not end it',
  async (command) => {
    const port = await freePort();
    const process = new RunningPgm([command, '--dir', tree.directory], {
      ...nowhere,
      HEALTH_PORT: String(port),
    });
    await until(port, '/liveness', 200);
    process.child.kill('SIGUSR1');
    await process.printed(/nothing is listening|health on|probes/i);
    expect((await get(port, '/liveness')).status).toBe(200);
    const { stderr } = await process.stop();
    expect(stderr).not.toMatch(/Debugger|inspector/);
  },
);

describe('/app/postgres-manager', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgm-test-start-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('is in the image', () => {
    execFileSync(process.execPath, [here('scripts/image/collect.mjs'), folder]);
    expect(readlinkSync(join(folder, 'app/postgres-manager'))).toBe('bin/pgm.js');
  });

  test('is watch where a manifest gives it no word, and pgm where it does', async () => {
    const link = join(folder, 'postgres-manager');
    symlinkSync(here('bin/pgm.js'), link);
    const port = await freePort();
    const { PATH } = process.env;
    const env = { PATH, MIGRATIONS_DIR: tree.directory, HEALTH_PORT: String(port), ...nowhere };
    const child = spawn(process.execPath, [link], { env, stdio: 'ignore' });
    await until(port, '/liveness', 200);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    const help = execFileSync(process.execPath, [link, 'watch', '--help'], { encoding: 'utf8' });
    expect(help).toContain('Usage: pgm watch');
  });
});
