import { readFile } from 'node:fs/promises';
import { configMapYaml, volumeYaml } from '../../core/configmap-yaml.js';
import {
  compareConfigMaps,
  type ConfigMapDifference,
  isSame,
  partsOf,
} from '../../core/configmap-compare.js';
import { type ConfigMap, planConfigMaps } from '../../core/configmap.js';
import { ConfigurationError } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { Snapshot } from '../../core/migration.js';
import { printable } from '../../core/names.js';
import { copySource, parseConfigMaps } from '../compose.js';
import type { ConfigOf } from '../config/config.js';
import { exitCodes } from '../exit-codes.js';
import { count } from '../../core/words.js';
import type { CommandBody } from '../run-command.js';

type Config = ConfigOf<'configmap'>;

/** `pgm configmap`: stdout has the YAML, or with `--check` the differences, and nothing else. */
export const configMapCommand: CommandBody<'configmap'> = async ({ config, emit, print }) => {
  const maps = await readMaps(config, emit);
  if (config.check !== null) {
    const difference = await differenceFrom(config.check, maps, config);
    print(differenceText(difference, config.check, maps));
    return isSame(difference) ? exitCodes.fine : exitCodes.notUpToDate;
  }
  print(config.volume ? volumeYaml(maps) : configMapYaml(maps));
  return exitCodes.fine;
};

async function readMaps(config: Config, emit: Emit): Promise<readonly ConfigMap[]> {
  const { source, historySchema, name, namespace } = config;
  const { snapshot, bytes } = await copySource(source, historySchema);
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

/** Nobody behind the ConfigMap could name them: they do not get there. What begins with a dot is meant to be passed over. */
function noteIgnored({ ignored }: Snapshot, emit: Emit): void {
  const names = ignored.filter((path) => !path.startsWith('.') && !path.includes('/.'));
  if (names.length === 0) return;
  const why = 'only .sql files in the directory of a schema are migrations';
  const message = `left out: ${names.map(printable).join(', ')} (${why})`;
  emit({ kind: 'note', message });
}

async function differenceFrom(
  file: string,
  maps: readonly ConfigMap[],
  { name }: Config,
): Promise<ConfigMapDifference> {
  const origin = file === '-' ? 'stdin' : file;
  const found = await parseConfigMaps(await readText(file), origin);
  const parts = partsOf(found, name);
  if (parts.length > 0) return compareConfigMaps(maps, parts);
  const others = found.map((map) => printable(map.name)).join(', ');
  throw new ConfigurationError([
    `${origin} holds no ConfigMap ${name}${others === '' ? '' : `, only ${others}`}: name it with --name, or give another file`,
  ]);
}

/** Bytes that are no UTF-8 would be told as differences, which they are. */
async function readText(file: string): Promise<string> {
  if (file === '-') {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigurationError([`--check names ${file}, which cannot be read: ${code}`]);
  }
}

function differenceText(
  { added, removed, changed }: ConfigMapDifference,
  file: string,
  maps: readonly ConfigMap[],
): string {
  const origin = file === '-' ? 'stdin' : file;
  const files = maps.reduce((sum, { entries }) => sum + entries.length, 0);
  if (added.length + removed.length + changed.length === 0) {
    return `${origin} holds the tree: ${count(files, 'file')}, nothing differs\n`;
  }
  const lines = [
    ...added.map((key) => `added: ${key} (in the tree, not in ${origin})`),
    ...removed.map((key) => `removed: ${printable(key)} (in ${origin}, not in the tree)`),
    ...changed.map((key) => `changed: ${key}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
