import type { Expr, Query } from '../../core/grammar/expressions.js';

interface Setting {
  /** In lower case. */
  readonly name: string;
  readonly values: readonly string[];
}

/** What a SELECT sets by calls of set_config with constants; a search path is split into its schemas. */
export function settingsIn({ targets }: Query): readonly Setting[] {
  return targets.flatMap((target): readonly Setting[] => {
    if (target.kind !== 'call' || target.name !== 'set_config') return [];
    const [name, value] = target.args.map(textOf);
    if (typeof name !== 'string' || typeof value !== 'string') return [];
    const isList = name.toLowerCase() === 'search_path';
    return [{ name: name.toLowerCase(), values: isList ? schemasIn(value) : [value.trim()] }];
  });
}

function textOf(expr: Expr): string | null {
  if (expr.kind === 'cast') return textOf(expr.operand);
  return expr.kind === 'constant' ? expr.value : null;
}

function schemasIn(path: string): readonly string[] {
  return path
    .split(',')
    .map((each) => each.trim())
    .map((each) =>
      each.startsWith('"') ? each.slice(1, -1).replaceAll('""', '"') : each.toLowerCase(),
    );
}
