import { join } from 'node:path';
import { ConfigurationError } from '../../core/errors.js';
import { printable } from '../../core/files/names.js';
import { importDocument, type ImportReport } from '../../core/moving/import-document.js';
import type { TargetTree } from '../../core/moving/folder.js';
import type { Understood } from '../../operations/import.js';
import * as adapters from '../../library/open/adapters.js';
import { openSqlReader } from '../../library/open/compose.js';
import { options } from '../config/table/options.js';
import type { Scope } from '../config/table/scope.js';
import { exitCodes } from '../process/exit-codes.js';
import { jsonText } from '../render/words/layout.js';
import { type Command, type CommandContext, looksOf, runCommand } from './run-command.js';

type Config = Awaited<ReturnType<typeof configure>>;
type Known = Extract<Understood, { kind: 'understood' }>;

export const importFolder: Command<'import', Config> = {
  name: 'import',
  summary: "write another tool's folder as files that pgm runs",
  options: [
    options.connection.historySchema,
    ...Object.values(options.moving),
    options.applying.dryRun,
    options.applying.json,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => runCommand(importFolder, line, importOrShow),
};

function configure(scope: Scope) {
  const folder = scope.read(options.moving.folder);
  if (folder === null) scope.problems.add('name the folder to import: pgm import DIR');
  const schema = scope.read(options.moving.schema);
  const historySchema = scope.read(options.connection.historySchema);
  if (schema === historySchema) {
    scope.problems.add(
      `--schema is "${schema}", the schema of pgm's own history: name another one`,
    );
  }
  return Promise.resolve({
    folder: folder ?? '',
    tool: scope.read(options.moving.tool),
    into: scope.read(options.moving.into),
    schema,
    historySchema,
    partial: scope.read(options.moving.partial),
    dryRun: scope.read(options.applying.dryRun),
    json: scope.read(options.applying.json),
  });
}

async function importOrShow({ config, print }: CommandContext<Config>): Promise<number> {
  const operations = await import('../../operations/import.js');
  const { readFolder } = await adapters.readFolder();
  const { openTree, overlapOf } = await adapters.writeTree();
  const { folder, into, tool, schema, historySchema } = config;
  const tree = openTree(into);
  const ports = { sqlReader: await openSqlReader(), tree };
  const settings = { tool, schema, reserved: [historySchema] };
  const understood = await operations.understand(readFolder(folder), ports, settings);
  const known = assertKnown(understood, config);
  const overlap = overlapOf(join(folder, known.plan.root), into);
  if (overlap !== null) {
    throw new ConfigurationError([`${overlap}: give another directory with --to`]);
  }
  const report = settle(known, config, tree, operations.write);
  print(config.json ? jsonText(importDocument(report)) : await inWords(report, config));
  return report.written === null ? exitCodes.failed : exitCodes.fine;
}

/** Writes, unless something has to be fixed by hand or is in the way. */
function settle(
  { plan, alike, files: all, unclear }: Known,
  { folder, into, partial, dryRun }: Config,
  tree: TargetTree,
  write: (files: Known['files'], tree: TargetTree) => number,
): ImportReport {
  const odd = new Set(unclear.map(({ path }) => path));
  const files = partial ? all.filter(({ from }) => !odd.has(from)) : all;
  const inTheWay = files.filter(({ target }) => target === 'another').map(({ to }) => to);
  const may = (unclear.length === 0 || partial) && inTheWay.length === 0;
  const written = !may ? null : dryRun ? 0 : write(files, tree);
  return { folder, target: into, plan, alike, files, unclear, inTheWay, dryRun, written };
}

function assertKnown(understood: Understood, { folder, tool }: Config): Known {
  if (understood.kind === 'understood') return understood;
  if (understood.kind === 'several') {
    throw new ConfigurationError([whichOf(understood, folder)]);
  }
  if (tool !== null) {
    throw new ConfigurationError([`${folder} has no migrations of ${tool}`]);
  }
  const { named } = understood;
  const like =
    named.length === 0
      ? 'no file in it is a forward migration of a tool that pgm knows'
      : `its names could be those of ${named.join(', ')}: if one of them is right, name it with --tool`;
  throw new ConfigurationError([
    `${folder} is not recognised as the folder of another tool: ${like}. Files that are named <schema>/<number>_<name>.sql need no import`,
  ]);
}

function whichOf({ tools, roots }: Extract<Understood, { kind: 'several' }>, folder: string) {
  const names = tools.join(', ');
  if (roots.length === 1) {
    return `${folder} may be a folder of ${names}, and the files would not be the same: name the tool with --tool`;
  }
  const all = roots.map((root) => printable(root === '' ? folder : `${folder}/${root}`));
  const more = all.length > mostNamed ? `, or ${all.length - mostNamed} more` : '';
  return `${folder} has several folders of ${names}: give pgm import one of them, ${all.slice(0, mostNamed).join(' or ')}${more}`;
}

const mostNamed = 10;

async function inWords(report: ImportReport, config: CommandContext<Config>['config']) {
  const { importText } = await import('../render/words/import.js');
  return importText(report, report.dryRun || looksOf(config).all);
}
