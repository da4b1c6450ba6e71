import type { Stop } from '../../src/core/ports.js';
import type { Base } from '../../src/core/proof/base.js';
import type { FileProof, Proof } from '../../src/core/proof/proof.js';
import { openProof } from '../../src/db/proof/open-proof.js';
import { verify, type VerifyPorts } from '../../src/operations/verify.js';
import { createSqlReader } from '../../src/sql/read-sql.js';
import { snapshotOf } from './memory/snapshot.js';
import { settingsFor, type Target } from './run.js';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

export interface Proving extends Partial<Target> {
  /** Default 100. */
  readonly rows?: number;
  /** Default 10,000. */
  readonly lockTimeoutMs?: number;
  readonly roles?: readonly string[];
  readonly stop?: Stop;
  /** What the database had before. */
  readonly base?: Files;
  /** The same, read from a history. */
  readonly live?: Base;
  readonly emit?: VerifyPorts['emit'];
}

/** One `verify` in this process, on a database of its own. */
export async function prove(files: Files, proving: Proving = {}): Promise<Proof> {
  const {
    rows = 100,
    lockTimeoutMs = 10_000,
    roles = [],
    emit = () => undefined,
    ...target
  } = proving;
  const settings = settingsFor({ database: 'postgres', ...target });
  const runner = { version: '0.0.0', host: 'test' };
  const { signal } = new AbortController();
  return verify(
    snapshotOf(files),
    {
      sqlReader: createSqlReader(),
      openProof: () =>
        openProof({ settings, runner, historySchema: 'pgm', lockTimeoutMs, name: null, roles }),
      emit,
      stop: proving.stop ?? { soon: signal, now: signal },
    },
    {
      rows,
      base: baseOf(proving),
    },
  );
}

function baseOf({ base, live }: Proving): Base | null {
  if (live !== undefined) return live;
  return base === undefined
    ? null
    : { name: 'base', migrations: snapshotOf(base).migrations, live: null };
}

/** What was found out about a file. Throws when it is not in the proof. */
export function fileOf({ files }: Proof, key: string): FileProof {
  const file = files.find((each) => each.key === key);
  if (file === undefined) throw new Error(`${key} is not in the proof`);
  return file;
}

/** `change, verdict` of each file. */
export function verdictsOf({ files }: Proof): Readonly<Record<string, string>> {
  return Object.fromEntries(
    files.map(({ key, change, verdict }) => [key, `${change ?? 'no base'}, ${verdict}`]),
  );
}

export function messagesOf(proof: Proof, key: string): readonly string[] {
  return fileOf(proof, key).findings.map(({ message }) => message);
}

/** What was found in a file: `2:1 rule`. */
export function foundIn(proof: Proof, key: string): readonly string[] {
  return fileOf(proof, key).findings.map(({ rule, place }) => {
    return `${place === null ? '-' : `${place.line}:${place.column}`} ${rule}`;
  });
}
