import { join } from 'node:path';
import { shown } from '../../core/connection/connection.js';
import type { LintReport } from '../../core/lint/lint-report.js';
import { countFindings } from '../../core/proof/proof.js';
import { type Facts, readFacts } from '../../core/lint/facts.js';
import type { RuleText } from '../../core/lint/rule-text.js';
import { allLintRules } from '../../core/statements/rule-names.js';
import { closest } from '../../core/text/closest.js';
import { refused } from '../../core/text/words.js';
import * as adapters from '../../library/open/adapters.js';
import { packageVersion } from '../../library/open/compose.js';
import { configName } from '../../library/work/lint-gate.js';
import type { CommonConfig } from '../config/resolve.js';
import { resolveSource } from '../config/resolve-run.js';
import { resolveLinted } from '../config/resolve-shadow.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { jsonText } from '../render/words/layout.js';
import { type Command, type CommandContext, looksOf, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;

export const lint: Command<'lint', Config> = {
  name: 'lint',
  summary: 'find what is dangerous in the files, without a server',
  options: [
    options.connection.historySchema,
    options.connection.waitTimeout,
    options.connection.connectTimeout,
    ...Object.values(options.source),
    ...Object.values(options.lint),
    options.applying.allowEmpty,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => runCommand(lint, line, look),
};

async function configure(scope: Scope) {
  const source = await resolveSource(scope);
  const format = scope.read(options.lint.format);
  return {
    source,
    historySchema: scope.read(options.connection.historySchema),
    rules: scope.read(options.lint.rules),
    explain: knownRule(scope),
    appliedTo: scope.read(options.lint.appliedTo),
    live: await resolveLinted(scope),
    postgres: scope.read(options.lint.postgres),
    facts: await factsOf(scope),
    failOn: scope.read(options.lint.failOn),
    format,
    json: format === 'json',
    configText: await readBeside(scope, join(source.directory, configName)),
    isOnGitHub: scope.request.env['GITHUB_ACTIONS'] === 'true',
  };
}

function knownRule(scope: Scope) {
  const given = scope.given(options.lint.explain);
  if (given === null) return null;
  const found = allLintRules.find((name) => name === given.text);
  if (found !== undefined) return found;
  const meant = closest(given.text, allLintRules);
  const advice = meant === null ? 'pgm lint --rules lists them' : `did you mean ${meant}?`;
  scope.problems.add(`${given.origin} names a rule that does not exist; ${advice}`);
  return null;
}

async function factsOf(scope: Scope): Promise<Facts | null> {
  const given = scope.given(options.lint.facts);
  if (given === null) return null;
  const text = await readBeside(scope, given.text);
  const read = text === null ? refused('there is no such file') : readFacts(text);
  if (read.kind === 'accepted') return read.value;
  scope.problems.add(`${given.origin} is ${shown(given.text)}: ${read.reason}`);
  return null;
}

/** Null if there is none. */
async function readBeside({ request, problems }: Scope, path: string): Promise<string | null> {
  try {
    return await request.readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      problems.add(`${path} cannot be read: ${code ?? ''}`);
    return null;
  }
}

async function look({ config, emit, stop, print }: CommandContext<Config>): Promise<number> {
  if (config.rules || config.explain !== null) {
    print(await explained(config));
    return exitCodes.fine;
  }
  const library = await import('../../library/work/lint.js');
  const report = await library.lint(config, { emit, stop });
  await printReport(report, config, print);
  const { error, warning } = countFindings(report);
  const failing = config.failOn === 'warning' ? error + warning : error;
  return failing > 0 ? exitCodes.failed : exitCodes.fine;
}

async function explained({ explain, json }: Config): Promise<string> {
  const texts = await allRules();
  const some = explain === null ? texts : texts.filter(({ name }) => name === explain);
  if (json) return jsonText(some.map(textDocument));
  const { ruleList, ruleText } = await import('../render/words/findings/lint.js');
  return explain === null ? ruleList(texts) : some.map(ruleText).join('\n');
}

function textDocument({
  name,
  family,
  severity,
  summary,
  why,
  instead,
  examples,
}: RuleText): object {
  return { name, family, severity, summary, why, instead, examples };
}

async function printReport(
  report: LintReport,
  config: Config & CommonConfig,
  print: (text: string) => void,
): Promise<void> {
  const { formatted } = await import('../render/words/findings/lint-formats.js');
  const { format, source, isOnGitHub } = config;
  const settings = {
    directory: source.directory,
    rules: await allRules(),
    version: packageVersion(),
    ...looksOf(config),
  };
  print(await formatted(report, format, settings));
  if (format === 'text' && isOnGitHub) print(await formatted(report, 'github', settings));
}

async function allRules(): Promise<readonly RuleText[]> {
  const { rules } = await adapters.linter();
  return Object.values(rules);
}
