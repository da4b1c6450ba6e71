import {
  LineCounter,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type ParsedNode,
  type YAMLMap,
} from 'yaml';
import { allLintRules, type LintRuleName } from '../core/statements/rule-names.js';
import { closest } from '../core/text/closest.js';
import type { LintConfig, PathSettings, Setting } from './config.js';

/** `pgm.lint.yaml`, or everything that is wrong with it, as `line:column: what`. */
type ConfigReading =
  | { readonly kind: 'read'; readonly config: LintConfig }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** Reads the text of `pgm.lint.yaml`. Unknown words are errors: a typing mistake would leave a rule unchanged. */
export function readConfig(text: string): ConfigReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new ConfigReader((offset) => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  });
  for (const { pos, message } of document.errors) reader.refuse(pos[0], message);
  const config = reader.read(document.contents);
  const { problems } = reader;
  return problems.length === 0 ? { kind: 'read', config } : { kind: 'wrong', problems };
}

type Node = ParsedNode | null;

class ConfigReader {
  readonly problems: string[] = [];

  constructor(readonly placeOf: (offset: number) => string) {}

  refuse(offset: number, message: string): void {
    this.problems.push(`${this.placeOf(offset)}: ${message}`);
  }

  read(contents: Node): LintConfig {
    let rules: LintConfig['rules'] = new Map();
    let paths: LintConfig['paths'] = [];
    this.#entries(contents, 'the file', ['rules', 'paths'], (key, value) => {
      if (key === 'rules') rules = this.#rules(value);
      else paths = this.#list(value, 'paths').map((each) => this.#path(each));
    });
    return { rules, paths };
  }

  #path(node: Node): PathSettings {
    let files: readonly string[] = [];
    let rules: PathSettings['rules'] = new Map();
    const seen = new Set<string>();
    this.#entries(node, 'an entry of paths', ['files', 'rules'], (key, value) => {
      seen.add(key);
      if (key === 'rules') rules = this.#rules(value);
      else files = this.#globs(value);
    });
    const lacks = ['files', 'rules'].find((key) => !seen.has(key));
    if (isMap(node) && lacks !== undefined) {
      this.refuse(offsetOf(node), `an entry of paths needs ${lacks}`);
    }
    return { files, rules };
  }

  #globs(node: Node): readonly string[] {
    const list = isSeq(node) ? (node.items as readonly Node[]) : [node];
    return list.flatMap((each) => {
      if (isScalar(each) && typeof each.value === 'string') return [each.value];
      this.refuse(
        offsetOf(each),
        'files must be a pattern such as gcp/0*.sql, or a list of patterns',
      );
      return [];
    });
  }

  #rules(node: Node): ReadonlyMap<LintRuleName, Setting> {
    const settings = new Map<LintRuleName, Setting>();
    this.#entries(node, 'rules', allLintRules, (name, value) => {
      const word = isScalar(value) ? String(value.value) : '';
      if (word === 'error' || word === 'warning' || word === 'off') settings.set(name, word);
      else this.refuse(offsetOf(value ?? node), `${name} must be error, warning or off`);
    });
    return settings;
  }

  #list(node: Node, name: string): readonly Node[] {
    if (isSeq(node)) return node.items;
    if (!isEmpty(node)) this.refuse(offsetOf(node), `${name} must be a list`);
    return [];
  }

  #entries<K extends string>(
    node: Node,
    what: string,
    known: readonly K[],
    take: (key: K, value: Node) => void,
  ): void {
    if (isEmpty(node)) return;
    if (!isMap(node)) {
      this.refuse(
        offsetOf(node),
        `${what} must be a map of ${isRules(known) ? 'rules' : known.join(' and ')}`,
      );
      return;
    }
    for (const { key, value } of (node as YAMLMap<Node, Node>).items) {
      const word = isScalar(key) ? String(key.value) : '';
      const name = known.find((each) => each === word);
      if (name === undefined) this.refuse(offsetOf(key), unknownKey(word, known));
      else take(name, value);
    }
  }
}

function unknownKey(word: string, known: readonly string[]): string {
  const meant = closest(word, known);
  const others = isRules(known) ? 'pgm lint --rules lists the rules' : `use ${known.join(' or ')}`;
  return `${JSON.stringify(word)} is not known: ${meant === null ? others : `did you mean ${meant}?`}`;
}

function isRules(known: readonly string[]): boolean {
  return known === allLintRules;
}

function isEmpty(node: Node): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function offsetOf(node: Node): number {
  return node?.range[0] ?? 0;
}
