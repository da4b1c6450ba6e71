import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Which files each file imports, in whatever way: types count too, and so do imports at run time. */
type Imports = ReadonlyMap<string, readonly string[]>;

function importsOfHouse(): Imports {
  const paths = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${path}`);
  return new Map(paths.map((path) => [path, importsOf(path, readFileSync(root + path, 'utf8'))]));
}

function importsOf(path: string, text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const { parent } = node as { readonly parent?: ts.Node };
    if (ts.isStringLiteral(node) && node.text.startsWith('.') && isImport(parent)) {
      found.push(posix.join(posix.dirname(path), node.text).replace(/\.js$/, '.ts'));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return found;
}

function isImport(parent: ts.Node | undefined): boolean {
  if (parent === undefined) return false;
  if (ts.isCallExpression(parent)) return parent.expression.kind === ts.SyntaxKind.ImportKeyword;
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent))
  );
}

/** One circle for each way back that is met: `a → b → a`. */
function circlesIn(imports: Imports): readonly string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const follow = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) circles.push([...trail.slice(at), path].join(' → '));
    if (at >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) follow(next, [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) follow(path, []);
  return circles;
}

test('no file of src imports itself by way of others', () => {
  const imports = importsOfHouse();
  expect(imports.get('src/core/events.ts')).toContain('src/core/ports.ts');
  expect(circlesIn(imports)).toEqual([]);
});

test.each([
  ['an import', "import { b } from './b.js';"],
  ['an import of a type', "import type { B } from './b.js';"],
  ['a re-export', "export * from './b.js';"],
  ['an import at run time', "export const b = async () => import('./b.js');"],
  ['an imported type', "export type B = import('./b.js').B;"],
])('a circle is found that is closed by %s', (_way, text) => {
  const imports = new Map([
    ['src/a.ts', importsOf('src/a.ts', text)],
    ['src/b.ts', importsOf('src/b.ts', "import { c } from './c.js';")],
    ['src/c.ts', importsOf('src/c.ts', "import { a } from './a.js';")],
  ]);
  expect(circlesIn(imports)).toEqual(['src/a.ts → src/b.ts → src/c.ts → src/a.ts']);
});
