import { readFile } from 'node:fs/promises';
import {
  compareConfigMaps,
  type ConfigMapDifference,
  isSame,
  partsOf,
} from '../../core/configmap/configmap-compare.js';
import { configMapYaml, volumeYaml } from '../../core/configmap/configmap-yaml.js';
import { type ConfigMap, planConfigMaps } from '../../core/configmap/configmap.js';
import { ConfigurationError, errnoOrText } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { Snapshot } from '../../core/files/migration.js';
import { printable } from '../../core/files/names.js';
import { count } from '../../core/text/words.js';
import * as adapters from '../../library/open/adapters.js';
import { resolveLabels } from '../config/resolve.js';
import { resolveSource } from '../config/resolve-run.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { type Command, type CommandContext, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;

/** Prints the YAML on stdout, or with `--check` the differences, and nothing else. */
export const configmap: Command<'configmap', Config> = {
  name: 'configmap',
  summary: 'print a tree of files as a ConfigMap, or compare the two',
  options: [
    options.connection.historySchema,
    ...Object.values(options.source),
    options.kubernetes.mapName,
    options.kubernetes.mapNamespace,
    options.kubernetes.volume,
    options.kubernetes.checkFile,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => runCommand(configmap, line, printOrCompare),
};

async function configure(scope: Scope) {
  const labels = resolveLabels(scope);
  const check = scope.read(options.kubernetes.checkFile);
  const volume = scope.read(options.kubernetes.volume);
  if (check !== null && volume) {
    scope.problems.add('--volume and --check cannot be combined: give one of them');
  }
  return {
    source: await resolveSource(scope),
    historySchema: scope.read(options.connection.historySchema),
    name: scope.read(options.kubernetes.mapName) ?? labels.configMap,
    namespace: scope.read(options.kubernetes.mapNamespace) ?? labels.namespace,
    volume,
    check,
  };
}

async function printOrCompare({ config, emit, print }: CommandContext<Config>): Promise<number> {
  const maps = await readMaps(config, emit);
  if (config.check === null) {
    print(config.volume ? volumeYaml(maps) : configMapYaml(maps));
    return exitCodes.fine;
  }
  const origin = config.check === '-' ? 'stdin' : config.check;
  const found = await readParts(config.check, origin, config.name);
  const difference = compareConfigMaps(maps, found);
  print(isSame(difference) ? sameText(origin, maps) : differenceText(origin, difference));
  return isSame(difference) ? exitCodes.fine : exitCodes.notUpToDate;
}

async function readMaps(config: Config, emit: Emit): Promise<readonly ConfigMap[]> {
  const { source, historySchema, name, namespace } = config;
  const { snapshot, bytes } = await adapters.copySource(source, historySchema);
  const plan = planConfigMaps(snapshot, ({ path }) => bytes.get(path)?.toString() ?? '', {
    name,
    namespace,
  });
  if (plan.kind === 'refused') throw new ConfigurationError(plan.problems);
  if (snapshot.migrations.length === 0) {
    emit({ kind: 'warning', message: `no migrations found in ${source.directory}` });
  }
  for (const { schema, files } of snapshot.leftOut) {
    emit({ kind: 'note', message: `${schema} left out by --schemas (${count(files, 'file')})` });
  }
  noteIgnored(snapshot, emit);
  return plan.maps;
}

/** Names the files that are not in the ConfigMap. Names that begin with a dot are left out on purpose. */
function noteIgnored({ ignored }: Snapshot, emit: Emit): void {
  const names = ignored.filter((path) => !path.startsWith('.') && !path.includes('/.'));
  if (names.length === 0) return;
  const why = 'only .sql files in a schema directory are migrations';
  const message = `left out: ${names.map(printable).join(', ')} (${why})`;
  emit({ kind: 'note', message });
}

/** The ConfigMap in the file, and its continuations. */
async function readParts(file: string, origin: string, name: string) {
  const { parseConfigMaps } = await adapters.parseConfigMaps();
  const found = await parseConfigMaps(await readText(file), origin);
  const parts = partsOf(found, name);
  if (parts.length > 0) return parts;
  const others = found.map((map) => printable(map.name)).join(', ');
  throw new ConfigurationError([
    `${origin} holds no ConfigMap ${name}${others === '' ? '' : `, only ${others}`}: name it with --name, or give another file`,
  ]);
}

/** Bytes that are not UTF-8 show up as differences. */
async function readText(file: string): Promise<string> {
  if (file === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = errnoOrText(error);
    throw new ConfigurationError([`--check names ${file}, which cannot be read: ${reason}`]);
  }
}

function sameText(origin: string, maps: readonly ConfigMap[]): string {
  const files = maps.reduce((sum, { entries }) => sum + entries.length, 0);
  return `${origin} matches the tree: ${count(files, 'file')}, no differences\n`;
}

function differenceText(origin: string, { added, removed, changed }: ConfigMapDifference): string {
  const lines = [
    ...added.map((key) => `added: ${key} (in the tree, not in ${origin})`),
    ...removed.map((key) => `removed: ${printable(key)} (in ${origin}, not in the tree)`),
    ...changed.map((key) => `changed: ${key}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
