import { printable } from '../../core/names.js';

/** Markup. Only `markup` and `constant` make it, so a text that nobody looked at cannot pass for it. */
class Html {
  constructor(readonly text: string) {}
}

export type { Html };

/** What may stand between the markup: texts and numbers are escaped, null is nothing. */
export type Part = string | number | Html | null | readonly Html[];

/**
 * Builds markup; whatever is put in is escaped for element content and for attributes in double quotes. Control
 * characters, line ends and turns of direction in it become visible (`printable`).
 */
export function markup(fixed: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = parts.reduce<string>(
    (before, part, at) => before + textOf(part) + (fixed[at + 1] ?? ''),
    fixed[0] ?? '',
  );
  return new Html(text);
}

/** A constant of this program, as it stands. Never for a text that comes from outside. */
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
  // Names of files hardly ever hold any of it, and a page may have 10,000 of them.
  if (plain.test(text)) return text;
  return printable(text).replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
}

const plain = /^[\w ./:,;()+=-]*$/;
