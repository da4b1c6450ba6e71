import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import type { Said } from './prober-thread.js';

/** A stretch of time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One GET /liveness. */
export interface Sample extends Span {
  /** The status, or what kept it from coming. */
  readonly outcome: number | string;
}

/**
 * Asks for /liveness ten times a second, each time over a connection of its own as the kubelet does, from a thread of its
 * own: what the tests are busy with does not make a probe late. When the thread itself was late, it says so.
 */
export class Prober {
  readonly samples: Sample[] = [];
  /** When the thread could not look. */
  readonly blind: Span[] = [];
  readonly #worker: Worker;
  #onSample: (sample: Sample) => void = () => undefined;

  constructor(port: number) {
    const source = readFileSync(fileURLToPath(new URL('./prober-thread.ts', import.meta.url)));
    const { outputText } = ts.transpileModule(source.toString(), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 },
    });
    this.#worker = new Worker(`${outputText}\nexports.probe(${port});`, {
      eval: true,
      execArgv: [],
    });
    this.#worker.on('message', (said: Said) => {
      if (said.kind === 'blind') this.blind.push(said);
      else {
        this.samples.push(said);
        this.#onSample(said);
      }
    });
  }

  /** Settles with the first probe that began after this call and was answered with 200. */
  async answered(withinMs = 120_000): Promise<Sample> {
    const since = performance.timeOrigin + performance.now();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`/liveness gave no 200 within ${withinMs} ms`));
      }, withinMs);
      this.#onSample = (sample) => {
        if (sample.from < since || sample.outcome !== 200) return;
        clearTimeout(timer);
        this.#onSample = () => undefined;
        resolve(sample);
      };
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** How much of `span` lies in one or more of the others, in milliseconds. */
export function covered(span: Span, others: readonly Span[]): number {
  let sum = 0;
  let at = span.from;
  for (const { from, to } of others.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(at, from);
    const end = Math.min(span.to, to);
    if (end <= start) continue;
    sum += end - start;
    at = end;
  }
  return sum;
}

/** The value below which `share` of all lie; NaN when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}
