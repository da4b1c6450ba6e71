import { writeFile } from 'node:fs/promises';
import type { Base } from '../../core/proof/base.js';
import { countFindings, type Proof } from '../../core/proof/proof.js';
import type { Snapshot } from '../../core/files/migration.js';
import { openSource, openSqlReader, readCommit, withDatabase, withProof } from '../compose.js';
import type { CommonConfig } from '../config/resolve.js';
import { resolveSource } from '../config/resolve-migrations.js';
import {
  type LiveConfig,
  resolveAgainst,
  resolveLive,
  resolveShadow,
} from '../config/server/resolve-shadow.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { systemClock } from '../process/machine.js';
import { printDrift } from './drift.js';
import { openLive } from './open-live.js';
import { readLive } from './read-live.js';
import { type Command, type CommandContext, jsonText, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;

export const verify: Command<'verify', Config> = {
  name: 'verify',
  summary: 'prove on a throw-away database that every file can run twice',
  options: [
    ...Object.values(options.connection),
    options.embedded.embedded,
    ...Object.values(options.source),
    ...Object.values(options.proof),
    options.drift.driftIgnore,
    options.applying.lockTimeout,
    options.applying.allowEmpty,
    options.applying.json,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  daemon: false,
  configure,
  run: (line) => runCommand(verify, line, prove),
};

async function configure(scope: Scope) {
  return {
    source: await resolveSource(scope),
    server: await resolveShadow(scope),
    historySchema: scope.read(options.connection.historySchema),
    since: scope.read(options.proof.since),
    from: await resolveLive(scope),
    against: await resolveAgainst(scope),
    ignored: scope.read(options.drift.driftIgnore) ?? [],
    rows: scope.read(options.proof.rows),
    // As a run would have it.
    lockTimeoutMs: scope.read(options.applying.lockTimeout),
    roles: scope.read(options.proof.roles) ?? [],
    junit: scope.read(options.proof.junit),
    json: scope.read(options.applying.json),
    isOnGitHub: scope.request.env['GITHUB_ACTIONS'] === 'true',
  };
}

async function prove(context: CommandContext<Config>): Promise<number> {
  const { config, emit, stop, print } = context;
  const operations = await import('../../operations/verify.js');
  const source = openSource(config.source, config.historySchema);
  const snapshot = await source.read();
  emit({ kind: 'source-read', directory: source.directory, snapshot });
  if (config.against !== null) return compare(snapshot, config.against, context);
  const base =
    config.from === null ? await readBase(config) : await readLive(snapshot, config.from, context);
  const sqlReader = await openSqlReader();
  const proof = await withProof(config, emit, (openProof) =>
    operations.verify(snapshot, { sqlReader, openProof, emit, stop }, { rows: config.rows, base }),
  );
  emit({ kind: 'verify-finished' });
  await printProof(proof, config, print);
  return countFindings(proof).error > 0 ? exitCodes.failed : exitCodes.fine;
}

/** Whether the files make what is in a database. */
async function compare(
  snapshot: Snapshot,
  against: LiveConfig,
  { config, emit, stop, print }: CommandContext<Config>,
): Promise<number> {
  const { verifyAgainst } = await import('../../operations/verify-against.js');
  const { waitTimeoutMs, origin } = against;
  const report = await withDatabase(against, emit, async (database) => {
    const live = await openLive(against);
    const sqlReader = await openSqlReader();
    const side = { database, live, sqlReader, clock: systemClock, emit, stop };
    return withProof(config, emit, (openProof) =>
      verifyAgainst(
        snapshot,
        { ...side, openProof },
        { waitTimeoutMs, origin, ignored: config.ignored },
      ),
    );
  });
  await printDrift(report, config, print);
  return report.verdict === 'in step' ? exitCodes.fine : exitCodes.notUpToDate;
}

async function readBase({ source, since, historySchema }: Config): Promise<Base | null> {
  if (since === null) return null;
  const { name, snapshot } = await readCommit(source, since, historySchema);
  return { name, migrations: snapshot.migrations, live: null };
}

async function printProof(
  proof: Proof,
  { json, junit, source, output, isOnGitHub }: Config & CommonConfig,
  print: (text: string) => void,
): Promise<void> {
  if (junit !== null) {
    const { junitOf } = await import('../../core/text/junit.js');
    await writeFile(junit, junitOf('verify', proof.files, propertiesOf(proof)));
  }
  if (json) {
    const { proofDocument } = await import('../../core/proof/proof-document.js');
    print(jsonText(proofDocument(proof)));
    return;
  }
  const { proofReport } = await import('../render/words/proof.js');
  const color = output.color === 'auto' && process.stdout.isTTY;
  print(proofReport(proof, source.directory, { color, all: output.verbosity === 'verbose' }));
  if (!isOnGitHub) return;
  const { githubAnnotations } = await import('../render/words/github.js');
  print(githubAnnotations('verify', proof.files, source.directory));
}

/** What the database had before. */
function propertiesOf({ base, live }: Proof) {
  return [
    ['base', base],
    ['applied', live === null ? null : String(live.applied)],
    ['revision', live?.revision ?? null],
  ] as const;
}
