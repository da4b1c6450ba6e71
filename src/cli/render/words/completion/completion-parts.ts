/** What a shell completes a value with. */
export type Candidates =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** The names in a source: pgm is asked at completion time. */
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
  /** The words that it takes, in order. */
  readonly words: readonly Candidates[];
}

/** The first words of all commands, each once. */
export function firstWords(commands: readonly CompletedCommand[]): readonly string[] {
  return [...new Set(commands.map(({ name }) => name.split(' ', 1)[0] ?? name))];
}

/** Commands that share their first word, by that word: `fleet` of `fleet migrate`. */
export function groupsOf(
  commands: readonly CompletedCommand[],
): readonly (readonly [group: string, own: readonly CompletedCommand[]])[] {
  const ownOf = (group: string): readonly CompletedCommand[] =>
    commands.filter(({ name }) => name.startsWith(`${group} `));
  return firstWords(commands)
    .map((group) => [group, ownOf(group)] as const)
    .filter(([, own]) => own.length > 0);
}

/** `migrate` of `fleet migrate`. */
export function lastWord({ name }: Pick<CompletedCommand, 'name'>): string {
  return name.split(' ').at(-1) ?? name;
}

/** In single quotes; zsh and bash close them around a quote within, fish takes a backslash. */
export function single(text: string, escape = ''): string {
  return escape === ''
    ? `'${text.replaceAll("'", "'\\''")}'`
    : `'${text.replace(/[\\']/g, (odd) => `\\${odd}`)}'`;
}
