import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';

/** What an expression asks for. */
export interface Asked {
  readonly selectors: readonly Selector[];
  /** Labels in `by (…)`, `on (…)`, `without (…)`, `ignoring (…)`. */
  readonly groupings: readonly string[];
}

export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/**
 * Reads an expression with the grammar of Prometheus' own web page. What Grafana puts in before it asks is put in first.
 * Throws where Prometheus would find a syntax error; it does not check types.
 */
export function readPromql(expression: string): Asked {
  const text = expression.replaceAll('$__rate_interval', '5m').replace(/\$\w+/g, 'x');
  const selectors: Selector[] = [];
  const groupings: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, node }) => {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${text}`);
      if (type.name === 'VectorSelector') selectors.push(selectorIn(node, text));
      if (type.name === 'GroupingLabels') groupings.push(...textsOf(node, 'LabelName', text));
    },
  });
  return { selectors, groupings };
}

function selectorIn(node: SyntaxNode, text: string): Selector {
  const [metric] = textsOf(node, 'Identifier', text);
  if (metric === undefined) throw new Error(`a selector without a metric: ${text}`);
  return { metric, labels: textsOf(node, 'LabelName', text) };
}

/** The texts of all nodes of one type below a node, itself included. */
function textsOf(node: SyntaxNode, name: string, text: string): string[] {
  const found: string[] = [];
  node.cursor().iterate((inner) => {
    if (inner.name === name) found.push(text.slice(inner.from, inner.to));
  });
  return found;
}
