/** What a parser of one value answers. `reason` says what would be right, fit to follow "HEALTH_PORT is "abc": ". */
export type Parsed<T> =
  | { readonly kind: 'accepted'; readonly value: T }
  | { readonly kind: 'refused'; readonly reason: string };

export function accepted<T>(value: T): Parsed<T> {
  return { kind: 'accepted', value };
}

export function refused(reason: string): Parsed<never> {
  return { kind: 'refused', reason };
}
