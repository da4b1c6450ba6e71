import type { FuncCall, Node } from 'libpg-query';
import { type Newer, newerFunctions, newerSettings } from '../../core/grammar/newer.js';
import { syntaxOf } from './newer-syntax.js';
import { byNode, walk } from './tree/nodes.js';
import { type Around, nameOf, strings } from './tree/raw.js';

/** Each statement with something newer contains one of these words, so that most need not be searched. */
const words = new RegExp(
  [
    'access\\s+method',
    'at\\s+local',
    'default', // COPY
    'enforced',
    'expression',
    'from\\s*\\(',
    'generated',
    'inherit',
    'in\\s+schema',
    'json',
    'maintain',
    'merge',
    'not\\s+null',
    'nulls\\s+not',
    'on_error|log_verbosity|reject_limit',
    'overlaps',
    'parameter',
    'period',
    'publication',
    'random',
    'returning',
    'security_invoker',
    'set\\s+(?:null|default)\\s*\\(',
    'statistics',
    'storage',
    'system_user',
    'unlogged',
    'vacuum',
    'with\\s+set',
    ...Object.keys(newerFunctions),
    ...Object.keys(newerSettings),
  ].join('|'),
  'i',
);

export function mayHaveNewer(text: string): boolean {
  return words.test(text);
}

/** What a statement has that PostgreSQL 14 does not know; that of its body is found in the body's own statements. */
export function newerIn(statement: Node, around: Around): readonly Newer[] {
  const found: Newer[] = [];
  walk(statement, (node) => {
    const [content] = Object.values(node) as readonly { readonly location?: number }[];
    const location = content?.location;
    const at = around.indexOf(location === -1 ? undefined : location);
    for (const name of byNode(syntaxOf, node, around) ?? [])
      found.push({ kind: 'syntax', name, at });
    if ('FuncCall' in node) found.push(...functionIn(node.FuncCall, at));
    if ('VariableSetStmt' in node) {
      const name = node.VariableSetStmt.name?.toLowerCase() ?? '';
      if (Object.hasOwn(newerSettings, name)) found.push({ kind: 'setting', name, at: around.at });
    }
  });
  // OLD and NEW of a rule are older.
  return 'RuleStmt' in statement
    ? found.filter(({ name }) => name !== 'OLD and NEW in RETURNING')
    : found;
}

function functionIn({ funcname, args = [] }: FuncCall, at: number): readonly Newer[] {
  const { schema, name } = nameOf(strings(funcname), 0);
  if (schema !== null && schema !== 'pg_catalog') return [];
  if (name === 'random' && args.length === 2)
    return [{ kind: 'syntax', name: 'random() with bounds', at }];
  if (name === 'timezone' && schema === 'pg_catalog' && args.length === 1)
    return [{ kind: 'syntax', name: 'AT LOCAL', at }];
  if (name === 'system_user' && schema === 'pg_catalog')
    return [{ kind: 'syntax', name: 'SYSTEM_USER', at }];
  return Object.hasOwn(newerFunctions, name) ? [{ kind: 'function', name, at }] : [];
}
