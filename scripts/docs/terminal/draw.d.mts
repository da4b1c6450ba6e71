import type { Row } from './screen.mjs';

export function drawTerminal(
  rows: readonly Row[],
  words: { readonly columns: number; readonly title: string },
): string;
