import type { AnyOption } from '../../src/cli/config/table/values.js';

export function optionsTable(
  commands: Readonly<
    Record<string, { readonly name: string; readonly options: readonly AnyOption[] }>
  >,
  table: {
    readonly allOptions: () => readonly AnyOption[];
    readonly variablesOf: (option: AnyOption) => readonly string[];
    readonly describeDefault: (option: AnyOption, command: null) => string;
  },
): string;
