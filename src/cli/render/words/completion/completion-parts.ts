/** What a shell completes a value with. */
export type Candidates =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** The names in a source: asked of pgm, as they are only known then. */
  | { readonly kind: 'schema' | 'schemas' | 'key' }
  | { readonly kind: 'file' | 'directory' | 'nothing' };

export interface CompletedFlag {
  readonly flag: string;
  readonly help: string;
  /** Null for a switch. */
  readonly value: Candidates | null;
  /** Its value may be left out. */
  readonly isOptional: boolean;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  /** The words that it takes, in their order. */
  readonly words: readonly Candidates[];
}

/** In single quotes; zsh and bash close them for one within, fish takes a backslash. */
export function single(text: string, escape = ''): string {
  return escape === ''
    ? `'${text.replaceAll("'", "'\\''")}'`
    : `'${text.replace(/[\\']/g, (odd) => `\\${odd}`)}'`;
}
