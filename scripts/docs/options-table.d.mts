import type { Default, Option } from '../../src/cli/config/option.js';

export function optionsTable(
  options: readonly Option<unknown>[],
  words: {
    readonly variablesOf: (option: Option<unknown>) => readonly string[];
    readonly describeDefault: (value: Default, command: null) => string;
  },
): string;
