import { writeFile } from 'node:fs/promises';
import { countFindings, type Proof } from '../../core/proof/proof.js';
import type { CommonConfig } from '../config/resolve.js';
import { resolveSource } from '../config/resolve-run.js';
import { resolveAgainst, resolveLive, resolveShadow } from '../config/resolve-shadow.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { printDrift } from './drift.js';
import { jsonText } from '../render/words/layout.js';
import { type Command, type CommandContext, looksOf, runCommand } from './run-command.js';

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
    // The same as for a run.
    lockTimeoutMs: scope.read(options.applying.lockTimeout),
    roles: scope.read(options.proof.roles) ?? [],
    junit: scope.read(options.proof.junit),
    json: scope.read(options.applying.json),
    isOnGitHub: scope.request.env['GITHUB_ACTIONS'] === 'true',
  };
}

async function prove({ config, emit, stop, print }: CommandContext<Config>): Promise<number> {
  const library = await import('../../library/work/verify.js');
  const { against } = config;
  if (against !== null) {
    const report = await library.verifyAgainst({ ...config, against }, { emit, stop });
    await printDrift(report, config, print);
    return report.verdict === 'in step' ? exitCodes.fine : exitCodes.notUpToDate;
  }
  const proof = await library.verify(config, { emit, stop });
  await printProof(proof, config, print);
  return countFindings(proof).error > 0 ? exitCodes.failed : exitCodes.fine;
}

async function printProof(
  proof: Proof,
  config: Config & CommonConfig,
  print: (text: string) => void,
): Promise<void> {
  const { json, junit, source, isOnGitHub } = config;
  if (junit !== null) {
    const { junitOf } = await import('../../core/text/junit.js');
    await writeFile(junit, junitOf('verify', proof.files, propertiesOf(proof)));
  }
  if (json) {
    const { proofDocument } = await import('../../core/proof/proof-document.js');
    print(jsonText(proofDocument(proof)));
    return;
  }
  const { proofReport } = await import('../render/words/findings/proof.js');
  print(proofReport(proof, source.directory, looksOf(config)));
  if (!isOnGitHub) return;
  const { githubAnnotations } = await import('../render/words/findings/github.js');
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
