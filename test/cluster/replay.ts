import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Entry } from './tape.js';

const script = fileURLToPath(new URL('../../scripts/cluster/main.mjs', import.meta.url));
const stub = fileURLToPath(new URL('kubectl.sh', import.meta.url));

/** An answer on a tape; `code`: of a failure that says it on stderr; `hangs`: it never comes. */
export interface Played extends Entry {
  readonly code?: number;
  readonly hangs?: boolean;
}

/** One run of `npm run test:cluster` over a kubectl that replays a tape. */
export class Replay {
  readonly #directory = mkdtempSync(join(tmpdir(), 'pgm-test-tape-'));
  readonly child: ChildProcess;
  /** Its exit code. */
  readonly finished: Promise<number | null>;
  output = '';

  constructor(tape: readonly Played[], ...flags: readonly string[]) {
    this.#write(tape);
    const path = [join(this.#directory, 'bin'), process.env['PATH']].join(delimiter);
    const quick = ['--timeout', '300ms', '--hold', '20ms', '--interval', '5ms'];
    this.child = spawn(process.execPath, [script, ...quick, ...flags], {
      env: { ...process.env, PATH: path, PGM_TAPE: this.#directory },
      // A process group of its own: a terminal's Ctrl-C goes to all of it.
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.finished = new Promise((resolve) => this.child.once('close', resolve));
  }

  #write(tape: readonly Played[]): void {
    mkdirSync(join(this.#directory, 'bin'));
    copyFileSync(stub, join(this.#directory, 'bin', 'kubectl'));
    const put = (name: string, text: string): void => {
      writeFileSync(join(this.#directory, name), text);
    };
    put('tape', tape.map(({ call }) => `${call}\n`).join(''));
    put('position', '0');
    put('calls', '');
    for (const [line, { answer = '', code, hangs }] of tape.entries()) {
      put(`${line}.${code === undefined ? 'out' : 'err'}`, answer);
      if (code !== undefined) put(`${line}.code`, String(code));
      if (hangs === true) put(`${line}.hang`, '');
    }
  }

  /** The calls so far. */
  get calls(): readonly string[] {
    return this.read('calls').split('\n').slice(0, -1);
  }

  /** Those that are not on the tape. */
  get unexpected(): string {
    return existsSync(join(this.#directory, 'unexpected')) ? this.read('unexpected') : '';
  }

  /** What came with each call that takes a file from stdin, in their order. */
  get inputs(): readonly string[] {
    const numbers = this.calls.map((_, number) => number);
    const files = numbers.map((number) => `${number}.in`);
    return files
      .filter((name) => existsSync(join(this.#directory, name)))
      .map((name) => this.read(name));
  }

  /** A file that the stub keeps. */
  read(name: string): string {
    return readFileSync(join(this.#directory, name), 'utf8');
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}
