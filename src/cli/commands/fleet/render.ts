import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { ConfigurationError } from '../../../core/errors.js';
import { fleetJobsYaml } from '../../../core/fleet/fleet-jobs.js';
import type { JobWave } from '../../../core/fleet/fleet-pod.js';
import { selected } from '../../../core/fleet/select.js';
import type { Target } from '../../../core/fleet/target.js';
import { planWaves, type WaveRule } from '../../../core/fleet/waves.js';
import * as adapters from '../../../library/open/adapters.js';
import { packageVersion } from '../../../library/open/compose.js';
import { resolveLabels } from '../../config/resolve.js';
import { longFlag, options, takesValue } from '../../config/table/options.js';
import type { Scope } from '../../config/table/scope.js';
import type { AnyOption } from '../../config/table/values.js';
import { exitCodes } from '../../process/exit-codes.js';
import { type Command, type CommandContext, runCommand } from '../run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;

const { applying, connection, fleet, fleetJobs, health, kubernetes, source } = options;

/** Options that each pod gets as they are given here. */
const passedOn: readonly AnyOption[] = [
  ...[fleet.select, fleet.parallel, fleet.perServer, fleet.maxFailed],
  ...[connection.waitTimeout, connection.connectTimeout, connection.historySchema],
  ...[source.schemas, applying.allowEmpty, applying.onFailure, applying.onChange],
  ...[applying.lockTimeout, applying.lockWait, applying.onPooler, applying.to, health.grace],
];

/** Prints the YAML on stdout and nothing else. */
export const fleetRender: Command<'fleet render', Config> = {
  name: 'fleet render',
  summary: 'print Indexed Jobs for Kubernetes, one per wave, that do what fleet migrate does',
  options: [
    ...passedOn,
    ...[fleet.targets, fleet.wave, fleet.onlyWave],
    ...Object.values(fleetJobs),
    kubernetes.mapNamespace,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => runCommand(fleetRender, line, printJobs),
};

async function configure(scope: Scope) {
  const labels = resolveLabels(scope);
  const path = scope.given(fleet.targets)?.text ?? null;
  const rules = scope.read(fleet.wave) ?? [];
  const onlyWave = scope.read(fleet.onlyWave);
  if (onlyWave !== null && !rules.some(({ text }) => text === onlyWave)) {
    scope.problems.add(`--only-wave ${onlyWave} is not one of the waves: give it as --wave too`);
  }
  return {
    rules,
    onlyWave,
    flags: passedOn.flatMap((option) => flagOf(scope, option)),
    targets: path === null ? null : await readNames(scope, path),
    list: path === null || isDirectory(path) ? null : keyOf(scope, path),
    shards: scope.read(fleetJobs.shards),
    jobs: {
      name: scope.read(fleetJobs.jobName),
      namespace: scope.read(kubernetes.mapNamespace) ?? labels.namespace,
      image: scope.read(fleetJobs.image) ?? `postgres-manager:${packageVersion()}`,
      configMap: labels.configMap,
      secret: scope.read(fleetJobs.secret),
      parallelism: scope.read(fleetJobs.parallelism),
      maxFailedIndexes: scope.read(fleetJobs.maxFailedIndexes),
      graceMs: scope.read(health.grace),
    },
  };
}

/** The flag and its value, as given; empty if the default is used. */
function flagOf(scope: Scope, option: AnyOption): string[] {
  // Read only to report what is wrong with it.
  scope.read(option);
  const given = scope.given(option);
  if (given === null || option.flag === null) return [];
  const flag = longFlag(option.flag);
  if (!takesValue(option.flag)) return scope.read(option) === true ? [flag] : [];
  const texts = option.many === true ? given.text.split('\n') : [given.text];
  return texts.flatMap((text) => [flag, text.trim()]);
}

/** The targets in the local list: only their names and labels are used. */
async function readNames(scope: Scope, path: string): Promise<readonly Target[]> {
  try {
    const { readTargets } = await adapters.targets();
    const { list } = await readTargets(path);
    for (const problem of list.problems) scope.problems.add(problem);
    return selected(list.targets, scope.read(fleet.select) ?? []);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const problem of error.problems) scope.problems.add(problem);
    return [];
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The key of the Secret that holds the list for the pods. */
function keyOf(scope: Scope, path: string): string {
  const key = basename(path);
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key.startsWith('..')) {
    const advice = 'call the file so that its name can be a key of a Secret, such as targets.yaml';
    scope.problems.add(`--targets ${path}: ${advice}`);
  }
  return key;
}

function printJobs({ config, emit, print }: CommandContext<Config>): Promise<number> {
  const { rules, onlyWave, jobs, list, flags } = config;
  const waves = jobWaves(config, (rule) => {
    emit({ kind: 'warning', message: `the wave ${rule} has no targets` });
  });
  const shown = waves.filter(({ rule }) => onlyWave === null || rule === onlyWave);
  const texts = rules.map(({ text }) => text);
  print(fleetJobsYaml({ ...jobs, list, flags, rules: texts, waves: shown }));
  return Promise.resolve(exitCodes.fine);
}

/** A wave without targets gets a Job too: the list may change before the Jobs do. */
function jobWaves(
  { rules, targets, shards }: Pick<Config, 'rules' | 'targets' | 'shards'>,
  onEmpty: (rule: string) => void,
): readonly JobWave[] {
  const sizes = targets === null ? null : sizesOf(targets, rules);
  const texts = rules.length === 0 ? [null] : rules.map(({ text }) => text);
  return texts.map((rule, at) => {
    const size = sizes === null ? shards : (sizes.get(rule ?? 'all') ?? 0);
    if (size === 0 && rule !== null) onEmpty(rule);
    return { rule, number: at + 1, shards: Math.max(1, Math.min(shards, size)) };
  });
}

/** How many targets each wave has. */
function sizesOf(
  targets: readonly Target[],
  rules: readonly WaveRule[],
): ReadonlyMap<string, number> {
  const planned = planWaves(targets, rules);
  if (planned.kind === 'refused') throw new ConfigurationError([planned.reason]);
  return new Map(planned.waves.map((wave) => [wave.name, wave.targets.length]));
}
