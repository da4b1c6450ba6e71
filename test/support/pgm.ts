import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What one command did. */
export interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string>>;

const program = fileURLToPath(new URL('../../bin/pgm.js', import.meta.url));

/** Only what a process needs; no PG* and PGM_* of the machine gets in. */
function environment(env: Environment): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...env };
}

/** Runs `pgm` as a process to its end. */
export async function pgm(
  args: readonly string[],
  env: Environment = {},
  cwd?: string,
): Promise<Finished> {
  return new RunningPgm(args, env, cwd).finished;
}

/** `pgm` as a process that goes on; what it prints can be awaited. */
export class RunningPgm {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  #stdout = '';
  #stderr = '';
  #waiting: (() => void)[] = [];

  /** `within`: a command that becomes the one that follows it, such as `unshare --mount`. */
  constructor(
    args: readonly string[],
    env: Environment = {},
    cwd?: string,
    within: readonly string[] = [],
  ) {
    const [command = '', ...words] = [...within, process.execPath, program, ...args];
    this.child = spawn(command, words, {
      env: environment(env),
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString();
      this.#wake();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
      this.#wake();
    });
    this.finished = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (exitCode, signal) => {
        const finished = { exitCode, signal, stdout: this.#stdout, stderr: this.#stderr };
        // Too many listeners, a promise that nobody looked after: users would see it too.
        const warning = /^\(node:\d+\) .*$/m.exec(finished.stderr)?.[0];
        if (warning === undefined) resolve(finished);
        else reject(new Error(`Node warns of pgm: ${warning}`));
        this.#wake();
      });
    });
  }

  /** Everything printed so far, both streams. */
  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** Settles when the output after `from` matches, with the index behind the match; rejects when the process ends first. */
  async printed(pattern: RegExp, from = 0, withinMs = 60_000): Promise<number> {
    const deadline = AbortSignal.timeout(withinMs);
    for (;;) {
      const found = pattern.exec(this.output.slice(from));
      if (found !== null) return from + found.index + found[0].length;
      if (this.child.exitCode !== null) {
        throw new Error(`pgm ended before it printed ${String(pattern)}:\n${this.output}`);
      }
      if (deadline.aborted) {
        throw new Error(`pgm did not print ${String(pattern)} in time:\n${this.output}`);
      }
      await this.#moreOutput(deadline);
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> {
    this.child.kill(signal);
    return this.finished;
  }

  #moreOutput(deadline: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        deadline.removeEventListener('abort', go);
        resolve();
      };
      this.#waiting.push(go);
      deadline.addEventListener('abort', go);
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
