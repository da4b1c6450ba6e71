export function makeOverlays(
  names: readonly string[],
  wanted: { readonly namespace: string; readonly images: Readonly<Record<string, string>> },
): { readonly of: Readonly<Record<string, string>>; readonly remove: () => void };

export function parseImage(reference: string): Readonly<Record<string, string>>;
