import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/list.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

test('each command stands in the list under its own name', () => {
  for (const [key, { name }] of Object.entries(commands)) expect(name).toBe(key);
});

test('a file of a command is in the list', () => {
  const files = readdirSync(`${root}src/cli/commands`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `src/cli/commands/${file}`);
  const declaring = files.filter((path) => /^export const \w+: Command</m.test(textOf(path)));
  expect(declaring.length).toBe(Object.keys(commands).length);
  expect(staticImports('src/cli/list.ts')).toEqual(expect.arrayContaining(declaring));
});

describe('declaring the command line', () => {
  const loaded = loadedBy('src/cli/program.ts');

  test('loads the file of every command', () => {
    expect(loaded).toContain('src/cli/commands/migrate.ts');
    expect(loaded).toContain('src/cli/config/resolve-run.ts');
  });

  test('loads no operation and no adapter', () => {
    const rooms = new Set(loaded.map((path) => path.split('/')[1]));
    expect([...rooms].toSorted()).toEqual(['cli', 'core', 'library']);
  });

  test('loads neither the spinner nor the colours', () => {
    const packages = loaded.flatMap((path) => importsIn(path)).filter(isPackage);
    expect(packages).toContain('commander');
    expect(packages).not.toContain('ora');
    expect(packages).not.toContain('chalk');
  });
});

/** Every file that Node loads before anything runs. */
function loadedBy(path: string, seen: Set<string> = new Set()): readonly string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  for (const next of staticImports(path)) loadedBy(next, seen);
  return [...seen];
}

function staticImports(path: string): readonly string[] {
  return importsIn(path)
    .filter((name) => !isPackage(name))
    .map((name) => posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts'));
}

/** What a file imports when it is loaded: no types, and nothing that it imports while it runs. */
function importsIn(path: string): readonly string[] {
  const source = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    const isImport = ts.isImportDeclaration(statement) && hasValues(statement.importClause);
    const isReExport = ts.isExportDeclaration(statement) && !statement.isTypeOnly;
    if (!isImport && !isReExport) return [];
    const from = statement.moduleSpecifier;
    return from !== undefined && ts.isStringLiteral(from) ? [from.text] : [];
  });
}

function hasValues(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return true;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return false;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined) return true;
  return ts.isNamespaceImport(namedBindings) || namedBindings.elements.some((e) => !e.isTypeOnly);
}

function isPackage(name: string): boolean {
  return !name.startsWith('.');
}

function textOf(path: string): string {
  return readFileSync(root + path, 'utf8');
}
