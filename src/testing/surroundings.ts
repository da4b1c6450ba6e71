import process from 'node:process';

/**
 * All that this room takes from the process it is loaded into, in one place: what is needed for all workers to share one test
 * server, and no configuration. Nothing here changes the process, and only the address of a kept database is printed.
 */
interface Surroundings {
  /** The value of a variable; undefined if it is not set, or empty. */
  readonly variable: (name: string) => string | undefined;
  readonly directory: () => string;
  /** Node, to start the keeper with. */
  readonly node: string;
  readonly pid: number;
  readonly print: (line: string) => void;
}

export const surroundings: Surroundings = {
  variable: (name) => {
    const text = process.env[name];
    return text === '' ? undefined : text;
  },
  directory: () => process.cwd(),
  node: process.execPath,
  pid: process.pid,
  print: (line) => {
    process.stderr.write(`${line}\n`);
  },
};
