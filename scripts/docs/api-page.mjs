import { dirname } from 'node:path';
import ts from 'typescript';

/**
 * The page of the library's API: each export as its declaration with its comments, in the order of `entry`, the path of the
 * main declarations; then the types that these name, so that the page is complete.
 */
export function apiPage(entry) {
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ['node'],
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const own = declarationsOf(dirname(entry));
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
  const exported = checker.getExportsOfModule(module).map((symbol) => resolved(symbol, checker));
  const named = reachable(exported, own, checker);
  const groups = [
    ['Functions', exported.filter((symbol) => isFunction(symbol))],
    [
      'Options',
      exported.filter((symbol) => isType(symbol) && fileOf(symbol).includes('/library/')),
    ],
    ['Errors', exported.filter((symbol) => symbol.flags & ts.SymbolFlags.Class)],
    [
      'Results and events',
      exported.filter((each) => isType(each) && !fileOf(each).includes('/library/')),
    ],
    ['Types within these', named.filter((symbol) => !exported.includes(symbol))],
  ];
  return [intro, ...groups.map(([title, symbols]) => section(title, symbols, own))].join('\n');
}

const intro = `# API

Generated from the comments of the code by \`npm run docs\`. [Library](library.md) has an example, and says how everything behaves; [what stays the same](stability.md) applies to all but the last section, where the shapes are promised and the names are not: they are not exported. The fields of events are in [the log](logs.md#json-log).
`;

function section(title, symbols, own) {
  const blocks = symbols.map((symbol) => `### ${symbol.name}\n\n${block(own(symbol))}\n`);
  return `## ${title}\n\n${blocks.join('\n')}`;
}

/** The comment as prose, then the declaration. */
function block(declarations) {
  const [first] = declarations;
  const prose = ts
    .getJSDocCommentsAndTags(first)
    .flatMap((each) => ts.getTextOfJSDocComment(each.comment) ?? [])
    .join('\n\n');
  const code = declarations.map(shortened).join('\n\n');
  return `${prose.replaceAll('\n', ' ')}\n\n\`\`\`ts\n${code}\n\`\`\``;
}

function shortened(declaration) {
  const text = declaration.getText().replace(/^export (?:declare )?/, '');
  return text.replaceAll(/^ +#private;\n/gm, '').replaceAll(/^( *)readonly /gm, '$1');
}

/** The declarations of a symbol in the build itself. */
function declarationsOf(folder) {
  return (symbol) =>
    (symbol.declarations ?? [])
      .filter((each) => each.getSourceFile().fileName.startsWith(folder))
      .filter((each) => ts.isStatement(each));
}

/** All symbols of the build that the declarations name, those that they name, and so on. */
function reachable(from, own, checker) {
  const found = new Set(from);
  for (const symbol of found) {
    // The fields of the events are in docs/logs.md.
    if (symbol.name === 'PgmEvent') continue;
    for (const declaration of own(symbol)) visit(declaration);
  }
  return [...found].filter((symbol) => own(symbol).length > 0);

  function visit(node) {
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : ts.isTypeQueryNode(node)
          ? node.exprName
          : null;
    const symbol = name === null ? undefined : checker.getSymbolAtLocation(name);
    if (symbol !== undefined) found.add(resolved(symbol, checker));
    ts.forEachChild(node, visit);
  }
}

function resolved(symbol, checker) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

const isFunction = ({ flags }) => (flags & ts.SymbolFlags.Function) !== 0;
const isType = ({ flags }) => (flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) !== 0;
const fileOf = ({ declarations }) => declarations[0].getSourceFile().fileName;
