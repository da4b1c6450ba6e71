import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Gives the text of a file of the repository; null where there is none. */
export type ReadText = (path: string) => string | null;

export const fromDisk: ReadText = (path) => {
  try {
    return readFileSync(root + path, 'utf8');
  } catch {
    return null;
  }
};

/** The way from a file to what it imports: `a.test.ts`, `support/b.ts`, `node:net`. */
export type Way = readonly string[];

/**
 * Every way from `start` to one of `wanted` (packages, or paths of files), over files of the repository, when `start` is
 * loaded: types do not count, and dynamic imports only of `start` itself.
 */
export function waysTo(
  wanted: ReadonlySet<string>,
  start: string,
  read: ReadText = fromDisk,
): readonly Way[] {
  const found: Way[] = [];
  const seen = new Set<string>();
  const follow = (way: Way): void => {
    const path = way.at(-1) ?? '';
    if (wanted.has(path)) found.push(way);
    if (seen.has(path)) return;
    seen.add(path);
    const text = path.includes('/') ? read(path) : null;
    if (text === null) return;
    for (const next of importsOf(path, text, path === start)) follow([...way, next]);
  };
  follow([start]);
  return found;
}

/** What a file imports. */
interface Imports {
  /** When it is loaded. */
  readonly atOnce: readonly string[];
  /** When it gets there. */
  readonly later: readonly string[];
}

/** By text: many tests lead to the same files. */
const parsed = new Map<string, Imports>();

function importsOf(path: string, text: string, dynamicToo: boolean): readonly string[] {
  const { atOnce, later } = parsed.get(text) ?? parse(path, text);
  return [...atOnce, ...(dynamicToo ? later : [])].map((target) => targetOf(path, target));
}

function parse(path: string, text: string): Imports {
  const atOnce: string[] = [];
  const later: string[] = [];
  const take = (into: string[], target: ts.Node | undefined): void => {
    if (target !== undefined && ts.isStringLiteralLike(target)) into.push(target.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && !isTypeOnly(node.importClause)) {
      take(atOnce, node.moduleSpecifier);
    }
    if (ts.isExportDeclaration(node) && !node.isTypeOnly) take(atOnce, node.moduleSpecifier);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      take(later, node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  const imports = { atOnce, later };
  parsed.set(text, imports);
  return imports;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined) return false;
  if (!ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.every((element) => element.isTypeOnly);
}

function targetOf(path: string, target: string): string {
  if (!target.startsWith('.')) return target.startsWith('node:') ? target : asBuiltin(target);
  return posix.join(posix.dirname(path), target).replace(/\.js$/, '.ts');
}

function asBuiltin(target: string): string {
  return ['child_process', 'net', 'http', 'https', 'tls', 'dgram', 'worker_threads'].includes(
    target,
  )
    ? `node:${target}`
    : target;
}
