import { mask } from '../../text/position.js';

/** Quotes as PostgreSQL's translations use them. */
export const quotes = /"([^"]*)"|»([^«]*)«|«\s?([^»]*?)\s?»|“([^”]*)”|„([^“”]*)[“”]/g;

export function quotedIn(field: string): readonly string[] {
  return [...field.matchAll(quotes)].map((found) => found.slice(1).join(''));
}

export function maskQuoted(field: string, isSecret: (fragment: string) => boolean): string {
  return field.replace(quotes, (all) => {
    const [fragment = ''] = quotedIn(all);
    return isSecret(fragment) ? all.slice(0, 1) + mask + all.slice(-1) : all;
  });
}

/** All quoted texts but the last. */
export function maskAllButLast(field: string): string {
  const last = quotedIn(field).length;
  let at = 0;
  return maskQuoted(field, () => (at += 1) < last);
}

/** UTF-16 units kept of a field: a context can contain a whole statement. */
const longestField = 2000;

export function clip(field: string): string {
  return field.length <= longestField ? field : `${field.slice(0, longestField)}…`;
}
