import type { Node } from 'libpg-query';

/** The names of PostgreSQL's nodes: `CreateStmt`. */
type NodeName = KeyOf<Node>;

type KeyOf<N> = N extends unknown ? keyof N & string : never;

/** The content of a node of that name. */
type ContentOf<K extends NodeName> = Extract<Node, Readonly<Record<K, unknown>>>[K];

/** A function for each of some kinds of nodes. */
export type ByNode<A, T> = { readonly [K in NodeName]?: (content: ContentOf<K>, around: A) => T };

/** Calls the function for the node's kind; null if there is none. */
export function byNode<A, T>(table: ByNode<A, T>, node: Node, around: A): T | null {
  const [name = '', content] = Object.entries(node)[0] ?? [];
  // A node has one key, and for each key the table has a function of its content.
  const read = (
    table as Readonly<Record<string, ((content: unknown, around: A) => T) | undefined>>
  )[name];
  return read === undefined ? null : read(content, around);
}

const lowerA = 'a'.charCodeAt(0);

/** Calls `visit` for each node of a tree; constants contain none. */
export function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const each of value) walk(each, visit);
  else if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      const content = (value as Readonly<Record<string, unknown>>)[key];
      if (key === 'A_Const' || typeof content !== 'object') continue;
      // Each key that begins with a capital letter is the name of a node.
      if (key.charCodeAt(0) < lowerA)
        visit({ [key as NodeName]: content as unknown } as unknown as Node);
      walk(content, visit);
    }
  }
}

export function nodeName(node: Node): string {
  return Object.keys(node)[0] ?? '';
}
