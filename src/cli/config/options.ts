import { applyingOptions } from './options-applying.js';
import { connectionOptions } from './options-connection.js';
import { healthOptions } from './options-health.js';
import { kubernetesOptions } from './options-kubernetes.js';
import { outputOptions } from './options-output.js';
import { sourceOptions } from './options-source.js';
import type { CommandName, DescribedDefault, Option } from './option.js';

/**
 * Every setting of pgm. Registration with commander, the PGM_ variables, parsing, help and the README's tables are all
 * made from this list, in this order.
 */
export const options = {
  ...connectionOptions,
  ...sourceOptions,
  ...applyingOptions,
  ...healthOptions,
  ...kubernetesOptions,
  ...outputOptions,
} as const;

export type OptionName = keyof typeof options;

/** What reading the option gives; null only where the default is nothing. */
export type ValueOf<N extends OptionName> =
  (typeof options)[N] extends Option<infer T, infer D>
    ? T | (D extends DescribedDefault ? null : never)
    : never;

/** The options a command takes, as one type. */
export function optionsOf(command: CommandName): readonly Option<unknown>[] {
  return allOptions().filter(({ commands }) => commands.includes(command));
}

export function allOptions(): readonly Option<unknown>[] {
  return Object.values(options);
}
