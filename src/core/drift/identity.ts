/** An identifier as the catalog stores it. */
export function folded(identifier: string): string {
  if (!identifier.startsWith('"')) return identifier.toLowerCase();
  return identifier.slice(1, -1).replaceAll('""', '"');
}

/** `email` of `public.users.email`, `f` of `public.f(integer)`, `t` of `t on public.users`. */
export function lastName(identity: string): string {
  const parts = identity.match(/"(?:[^"]|"")*"|[^".\s(]+|[.\s(]/g) ?? [];
  const end = parts.findIndex((part) => part === ' ' || part === '(');
  const last = parts.slice(0, end === -1 ? undefined : end).at(-1) ?? '';
  return folded(last.startsWith('"') ? last : `"${last}"`);
}
