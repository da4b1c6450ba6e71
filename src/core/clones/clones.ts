/** Databases for tests: each a copy of one that has everything applied. */
export interface Clones {
  /** True once the connection is gone: then open others. */
  isLost(): boolean;
  /**
   * A new database, copied from the template of that name. If there is none, `make` is lent an empty database to fill,
   * once whoever asks at the same time. Throws `Transient`, `Refused`, and what `make` throws.
   */
  fresh(template: string, make: MakeTemplate): Promise<string>;
  /** Waits so long for its sessions to end, and ends those that are left. Nothing happens if it is gone. */
  drop(database: string, patienceMs: number): Promise<void>;
  /** Leaves it for a person to look at: others remove it after `keptMinutes`, or when there are newer ones. */
  keep(database: string): Promise<void>;
  /** The names of the extensions that the server has. */
  extensions(): Promise<readonly string[]>;
  /** Databases that were not dropped are left to whoever comes next. */
  close(): Promise<void>;
}

export type MakeTemplate = (database: string) => Promise<void>;

/** How long a kept database stays. */
export const keptMinutes = 60;

/** How many templates stay, and how many kept databases: the newest. */
export const mostTemplates = 8;
export const mostKept = 10;

export const templatePrefix = 'pgm_template_';
export const clonePrefix = 'pgm_test_';

/** Whose it is can be seen by the name from the moment at which it is there. */
export function cloneName(owner: number, serial: number): string {
  return `${clonePrefix}${owner}_${serial}`;
}
