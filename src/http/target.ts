/** What a request asks for: `/readiness?revision=R`, or the absolute form that proxies use, `http://host/readiness`. */
interface Target {
  /** Exactly as sent; there are no files for which `..` would have to be resolved. */
  readonly path: string;
  readonly query: string;
  /** The host of the absolute form, which then counts as much as the header; null for the usual form. */
  readonly host: string | null;
}

export function targetOf(url: string): Target {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url);
  const [path = '', query = ''] = (absolute?.[2] ?? url).split(/\?(.*)/s, 2);
  return { path: path === '' ? '/' : path, query, host: absolute?.[1] ?? null };
}
