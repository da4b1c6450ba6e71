import { printable } from '../../../core/files/names.js';

/** Markup. Only `markup` and `constant` create it, so unescaped text cannot be used as markup by mistake. */
class Html {
  constructor(readonly text: string) {}
}

export type { Html };

/** What can be inserted into markup: strings are escaped, null is left out. */
type Part = string | number | Html | null | readonly Html[];

/**
 * Builds markup. Inserted strings are escaped for element content and for attributes in double quotes; control
 * characters, line ends and bidi controls in them become visible (`printable`).
 */
export function markup(fixed: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = parts.reduce<string>(
    (before, part, at) => before + textOf(part) + (fixed[at + 1] ?? ''),
    fixed[0] ?? '',
  );
  return new Html(text);
}

/** Uses a constant of this program as markup. Never for text from outside. */
export function constant(text: string): Html {
  return new Html(text);
}

export const nothing = constant('');

function textOf(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escape(part);
  return part instanceof Html ? part.text : part.map(({ text }) => text).join('');
}

function escape(text: string): string {
  // File names rarely need escaping, and a page may have 10,000 of them.
  if (plain.test(text)) return text;
  return printable(text).replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
}

const plain = /^[\w ./:,;()+=-]*$/;
