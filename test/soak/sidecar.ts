import { readFileSync } from 'node:fs';
import { type Environment, RunningPgm } from '../support/pgm.js';
import { covered, type Prober, type Sample, type Span } from './prober.js';

export interface SidecarOptions {
  readonly directory: string;
  readonly port: number;
  readonly env: Environment;
}

/** `pgm watch` as its pod keeps it: one process at a time, started anew when it was ended. */
export class Sidecar {
  /** Ends that nobody asked for. */
  readonly unexpected: string[] = [];
  /** From each kill to the first answer after it, when nobody can expect one; the first start too. */
  readonly absent: Span[] = [];
  /** When it was stopped by SIGSTOP. */
  readonly frozen: Span[] = [];
  /** Milliseconds from each start to the first answer. */
  readonly startMs: number[] = [];
  #running: RunningPgm | null = null;
  #said = '';

  constructor(
    readonly options: SidecarOptions,
    readonly prober: Prober,
  ) {}

  /** Everything printed so far, by all processes. */
  get output(): string {
    return this.#said + (this.#running?.output ?? '');
  }

  get pid(): number {
    return this.#running?.child.pid ?? NaN;
  }

  /** Starts it and settles when it answers. */
  async start(since = now()): Promise<void> {
    const { directory, port, env } = this.options;
    const args = ['watch', '--dir', directory, '--health-port', String(port), '--grace', '3s'];
    const running = new RunningPgm([...args, '--verbose'], env);
    this.#running = running;
    void running.finished.then(({ exitCode, signal }) => {
      if (this.#running !== running) return;
      const lastWords = running.output.split('\n').slice(-30).join('\n');
      this.unexpected.push(`exit code ${exitCode}, signal ${signal}, after:\n${lastWords}`);
    });
    const spawned = now();
    const { to } = await this.prober.answered();
    this.absent.push({ from: since, to });
    this.startMs.push(to - spawned);
  }

  /** Ends it and gives its exit code; null when the signal ended it. Settles when it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const running = this.#running;
    if (running === null) return null;
    this.#running = null;
    const { exitCode } = await running.stop(signal);
    this.#said += `${running.output}[${signal}]\n`;
    return exitCode;
  }

  /** Ends it and starts another. */
  async restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const since = now();
    const exitCode = await this.end(signal);
    await this.start(since);
    return exitCode;
  }

  async freeze(ms: number): Promise<void> {
    const from = now();
    this.#running?.child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#running?.child.kill('SIGCONT');
    this.frozen.push({ from, to: now() });
  }

  /**
   * The probes that somebody had a right to an answer to, and how long each took in milliseconds. Not counted is the time
   * in which the process was stopped, or in which the prober itself could not look.
   */
  judged(): readonly { readonly sample: Sample; readonly ms: number }[] {
    const { samples, blind } = this.prober;
    return samples
      .filter((sample) => covered(sample, this.absent) === 0)
      .map((sample) => ({
        sample,
        ms: sample.to - sample.from - covered(sample, [...this.frozen, ...blind]),
      }));
  }
}

/** Resident memory of a process, in MiB: now, and the most it ever was. Throws when there is no such process. */
export function memoryOf(pid: number): { readonly nowMiB: number; readonly peakMiB: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kiB = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { nowMiB: kiB('VmRSS') / 1024, peakMiB: kiB('VmHWM') / 1024 };
}

export function now(): number {
  return performance.timeOrigin + performance.now();
}
