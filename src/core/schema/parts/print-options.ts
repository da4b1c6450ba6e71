import { literal, type Quote, splitOption } from './text.js';

/** Storage options as `fillfactor = 70, …`; `prefix` goes before each. */
export function storageOptions(options: readonly string[], prefix = ''): string {
  return options
    .map(splitOption)
    .map(([name, value]) => `${prefix}${name} = ${plainOrLiteral(value)}`)
    .join(', ');
}

function plainOrLiteral(value: string): string {
  return /^(?:true|false|on|-?\d+(?:\.\d+)?)$/.test(value) ? value : literal(value);
}

/** The OPTIONS clause of a foreign object. An option that pgm masks is left out. */
export function foreignOptions(options: readonly string[], quote: Quote): string {
  const shown = options.map(splitOption).filter(([, value]) => value !== masked);
  if (shown.length === 0) return '';
  return ` OPTIONS (${shown.map(([name, value]) => `${quote(name)} ${literal(value)}`).join(', ')})`;
}

/** The names of the options whose values are not shown. */
export function maskedIn(options: readonly string[]): readonly string[] {
  return options
    .map(splitOption)
    .filter(([, value]) => value === masked)
    .map(([name]) => name);
}

/** Replaces secrets in a reading. */
export const masked = '•••';
