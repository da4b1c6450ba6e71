import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Keys of a ConfigMap, or paths of a projected volume, and what they hold. */
export type Payload = Readonly<Record<string, string | Uint8Array>>;

export interface KubeletOptions {
  /** Makes the links of new keys before the swap, as some versions did, and not after it. */
  readonly linksFirst?: boolean;
}

/**
 * What the kubelet does to a volume of a ConfigMap: each generation is a directory of its own, `..data` points to the
 * one that counts, and every key is a link through it. Every step of a swap is one that a reader can see.
 */
export class Kubelet {
  /** When `..data` was renamed last, in milliseconds since 1970. */
  swappedAt = NaN;
  #made = 0;

  private constructor(
    readonly directory: string,
    readonly options: KubeletOptions,
  ) {}

  /** Mounts the volume at `directory`, which is made if it is not there. */
  static mount(directory: string, payload: Payload = {}, options: KubeletOptions = {}): Kubelet {
    const kubelet = new Kubelet(directory, options);
    mkdirSync(directory, { recursive: true });
    kubelet.swap(payload);
    return kubelet;
  }

  /** Swaps to a new generation and gives its name. */
  swap(payload: Payload, { linksFirst }: KubeletOptions = this.options): string {
    const before = this.#generation();
    const generation = this.#write(payload);
    const wanted = new Set(Object.keys(payload).map(firstSegment));
    if (linksFirst === true) this.#link(wanted);
    symlinkSync(generation, join(this.directory, '..data_tmp'));
    this.swappedAt = Date.now();
    renameSync(join(this.directory, '..data_tmp'), join(this.directory, '..data'));
    if (linksFirst !== true) this.#link(wanted);
    this.#unlinkAllBut(wanted);
    if (before !== null) rmSync(join(this.directory, before), { recursive: true });
    return generation;
  }

  /** The ConfigMap loses all its keys. */
  empty(): string {
    return this.swap({});
  }

  /** The mount directory is deleted and made again, as when the pod's volume is set up anew. */
  replace(payload: Payload): string {
    this.remove();
    mkdirSync(this.directory);
    return this.swap(payload);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #generation(): string | null {
    try {
      return readlinkSync(join(this.directory, '..data'));
    } catch {
      return null;
    }
  }

  #write(payload: Payload): string {
    this.#made += 1;
    const generation = `..2026_11_23_12_00_00.${String(this.#made).padStart(10, '0')}`;
    mkdirSync(join(this.directory, generation));
    for (const [key, content] of Object.entries(payload)) {
      const file = join(this.directory, generation, key);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    return generation;
  }

  #link(wanted: ReadonlySet<string>): void {
    const there = new Set(readdirSync(this.directory));
    for (const name of wanted) {
      if (!there.has(name)) symlinkSync(join('..data', name), join(this.directory, name));
    }
  }

  #unlinkAllBut(wanted: ReadonlySet<string>): void {
    for (const name of readdirSync(this.directory)) {
      if (!name.startsWith('..') && !wanted.has(name)) unlinkSync(join(this.directory, name));
    }
  }
}

/** Only the first segment of a nested path is a link of its own. */
function firstSegment(key: string): string {
  return key.split('/')[0] ?? key;
}

/** What generation `number` holds: its number in every file, and keys that come and go. */
export function numberedPayload(number: number): Payload {
  const steady = ['gcp_001_a.sql', 'gcp_002_b.sql', 'aws_001_a.sql', 'aws_002_b.sql'];
  const keys = [...steady, `gcp_003_${'xyz'[number % 3] ?? ''}.sql`];
  return Object.fromEntries(keys.map((key) => [key, `select ${number};`]));
}

/** Cells of the counter that two threads share. */
export const swapsDone = 0;
export const toldToStop = 1;

/** Swaps as fast as it can until it is told to stop; for a thread of its own. */
export function swapConstantly(
  directory: string,
  options: KubeletOptions,
  shared: Int32Array<SharedArrayBuffer>,
): void {
  const kubelet = Kubelet.mount(directory, numberedPayload(0), options);
  while (Atomics.load(shared, toldToStop) === 0) {
    kubelet.swap(numberedPayload(Atomics.add(shared, swapsDone, 1) + 1));
  }
}
