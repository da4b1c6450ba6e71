import { checksumOf } from '../../src/core/files/text.js';
import type { Payload } from '../support/kubelet.js';
import type { Chance } from '../support/memory/chance.js';
import { between, draw, oneOf } from './random.js';

/** What a secret looks like in these tests: nothing that anybody may see holds this word. */
export const canary = 'cn4ry';

type Kind = 'table' | 'good' | 'broken' | 'index';
interface Draft {
  readonly kind: Kind;
  readonly version: number;
}

/** `a/0001_x.sql`, and what is in the ConfigMap for it. */
type Drafts = ReadonlyMap<string, Draft>;

const table = 'a/0000_effects.sql';
/** Another content at each swap, so that no two revisions are the same. */
const tick = 'b/0000_tick.sql';
const mostFiles = 40;

const same = 'the same bytes';
const emptied = 'emptied the ConfigMap';

/**
 * What becomes of a ConfigMap under many hands: files are edited, added, deleted, broken, fixed and put back to what they
 * were. No effect of a file can be there twice, or in half, unnoticed: it adds two rows that bear its key and version.
 */
export class Story {
  #version = 0;
  #drafts: Drafts = new Map([[table, { kind: 'table', version: 0 }]]);
  #emptied = false;
  readonly #random: Chance;
  readonly #published = new Set<string>();
  /** What a key held before. */
  readonly #earlier = new Map<string, Draft>();

  constructor(random: Chance) {
    this.#random = random;
    for (let n = 0; n < 6; n += 1) this.#add('good');
    this.#publish();
  }

  /** What is mounted now. */
  get payload(): Payload {
    if (this.#emptied) return {};
    return Object.fromEntries(
      [...this.#drafts].map(([key, draft]) => [key.replace('/', '_'), textOf(key, draft)]),
    );
  }

  /** Keys and checksums of what is mounted. */
  get files(): ReadonlyMap<string, string> {
    return new Map([...this.#drafts].map(([key, draft]) => [key, checksumOf(textOf(key, draft))]));
  }

  /** True when the kubelet has shown this content under this key at some time. */
  hasPublished(key: string, checksum: string): boolean {
    return this.#published.has(`${key} ${checksum}`);
  }

  /** Makes one more change, or none, and says what it was. */
  goOn(): string {
    const said = draw(this.#random, this.#changes).make();
    if (said !== same && said !== emptied) this.#write(tick, 'good');
    this.#publish();
    return said;
  }

  /** Nothing is broken any more, nothing is missing. */
  fix(): void {
    this.#emptied = false;
    for (const key of this.#keysOf('broken')) this.#write(key, 'good');
    this.#write(tick, 'good');
    this.#publish();
  }

  readonly #changes = [
    { weight: 6, make: () => this.#rewrite('good', 'edited') },
    { weight: 4, make: () => this.#add('good') },
    { weight: 1, make: () => this.#add('index') },
    { weight: 3, make: () => this.#rewrite('broken', 'broke') },
    { weight: 3, make: () => this.#fixOne() },
    { weight: 3, make: () => this.#putBack() },
    { weight: 2, make: () => this.#delete() },
    { weight: 1, make: () => same },
    { weight: 0.5, make: () => this.#empty() },
  ];

  #add(kind: Kind): string {
    if (this.#drafts.size >= mostFiles) return this.#delete();
    const key = this.#newKey(kind === 'index' ? ['c'] : ['a', 'b', 'my_app']);
    this.#write(key, kind);
    return `added ${key} (${kind})`;
  }

  #rewrite(kind: Kind, verb: string): string {
    const keys = this.#keysOf('good');
    if (keys.length === 0) return this.#add('good');
    const key = oneOf(this.#random, keys);
    this.#write(key, kind);
    return `${verb} ${key}`;
  }

  #fixOne(): string {
    const [key] = this.#keysOf('broken');
    if (key === undefined) return this.#rewrite('good', 'edited');
    this.#write(key, 'good');
    return `fixed ${key}`;
  }

  #putBack(): string {
    const keys = [...this.#earlier.keys()].filter((key) => this.#drafts.has(key));
    if (keys.length === 0) return this.#rewrite('good', 'edited');
    const key = oneOf(this.#random, keys);
    this.#put(key, this.#earlier.get(key)!);
    return `put ${key} back to what it was`;
  }

  #delete(): string {
    const keys = [...this.#keysOf('good'), ...this.#keysOf('broken')];
    if (keys.length < 3) return this.#add('good');
    const key = oneOf(this.#random, keys);
    this.#drafts = new Map([...this.#drafts].filter(([each]) => each !== key));
    return `deleted ${key}`;
  }

  #empty(): string {
    this.#emptied = true;
    return emptied;
  }

  #publish(): void {
    for (const [key, checksum] of this.files) this.#published.add(`${key} ${checksum}`);
  }

  #write(key: string, kind: Kind): void {
    this.#version += 1;
    this.#emptied = false;
    this.#put(key, { kind, version: this.#version });
  }

  #put(key: string, draft: Draft): void {
    const before = this.#drafts.get(key);
    if (before !== undefined && key !== tick) this.#earlier.set(key, before);
    this.#emptied = false;
    this.#drafts = new Map([...this.#drafts, [key, draft]]);
  }

  #keysOf(kind: Kind): string[] {
    return [...this.#drafts]
      .filter(([key, draft]) => draft.kind === kind && key !== tick)
      .map(([key]) => key);
  }

  #newKey(schemas: readonly string[]): string {
    for (;;) {
      const number = String(between(this.#random, 1, 9_999)).padStart(4, '0');
      const key = `${oneOf(this.#random, schemas)}/${number}_x.sql`;
      if (!this.#drafts.has(key)) return key;
    }
  }
}

/** The checksum of what `key` held as `version`, when its effects are in the table. */
export function checksumOfEffect(key: string, version: number): string {
  return checksumOf(textOf(key, { kind: 'good', version }));
}

/** True for a file whose effects are no rows of the table. */
export function isWithoutRows(key: string): boolean {
  return key === table || key.startsWith('c/');
}

function textOf(key: string, { kind, version }: Draft): string {
  const effect = (part: number): string =>
    `insert into effects (key, version, part) values ('${key}', ${version}, ${part});\n`;
  switch (kind) {
    case 'table':
      return effectsTable;
    case 'good':
      return `${effect(1)}select pg_sleep(${(version % 7) / 50});\n${notice}${effect(2)}`;
    case 'broken':
      return effect(1) + mistakes[version % mistakes.length]!;
    case 'index':
      return `create index concurrently if not exists effects_${version} on effects (version, part);\n`;
  }
}

const effectsTable = `create table if not exists effects (
  key text not null, version int not null, part int not null, tx xid8 not null default pg_current_xact_id()
);
`;

const notice = `do $$ begin raise notice 'pw %', '${canary}-notice'; end $$;\n`;

/** Each would show its literal in the server's message. */
const mistakes = [
  `select '${canary}-cast'::int;\n`,
  `create temp table t (s text primary key); insert into t values ('${canary}-key'), ('${canary}-key');\n`,
  `create role nobody login pasword '${canary}-syntax';\n`,
  `do $$ begin raise exception 'no % here', '${canary}-raised'; end $$;\n`,
] as const;
