export interface Style {
  readonly color: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
}

export type Row = readonly { readonly text: string; readonly style: Style }[];

export function rowsOf(output: string): readonly Row[];
export function textOf(row: Row): string;
