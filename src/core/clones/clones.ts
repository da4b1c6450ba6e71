/** Databases for tests: each a copy of one that has everything applied. */
export interface Clones {
  /** True once the connection is lost: then open another `Clones`. */
  isLost(): boolean;
  /**
   * A new database, copied from the template of that name. If there is none, `make` is given an empty database to
   * fill, once however many ask at the same time. Throws `Transient`, `Refused`, and what `make` throws.
   */
  fresh(template: string, make: MakeTemplate): Promise<string>;
  /** Waits that long for its sessions to end, then ends those that are left. Does nothing if it is gone. */
  drop(database: string, patienceMs: number): Promise<void>;
  /** Leaves it for a person to look at: others drop it after `keptMinutes`, or once there are newer ones. */
  keep(database: string): Promise<void>;
  /** The names of the extensions that the server has. */
  extensions(): Promise<readonly string[]>;
  /** Databases that were not dropped are left to the next process that cleans up. */
  close(): Promise<void>;
}

export type MakeTemplate = (database: string) => Promise<void>;

/** How long a kept database stays. */
export const keptMinutes = 60;

/** How many templates are kept, and how many kept databases: the newest. */
export const mostTemplates = 8;
export const mostKept = 10;

export const templatePrefix = 'pgm_template_';
export const clonePrefix = 'pgm_test_';

/** The name shows the owner from the moment the database exists. */
export function cloneName(owner: number, serial: number): string {
  return `${clonePrefix}${owner}_${serial}`;
}
