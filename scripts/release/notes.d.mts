export function releaseOf(
  tag: string,
  texts: { readonly manifest: string; readonly dockerfile: string; readonly changelog: string },
): { readonly problems: readonly string[]; readonly notes: string };
