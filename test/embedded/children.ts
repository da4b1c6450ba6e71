import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openDirectory } from '../support/server-setup.js';
import { buildChild, type Child, commonOptions, runChild } from './program.js';

export interface Children {
  /** Where the servers of these tests live, so that no other test removes what they leave behind. */
  readonly temporaryDirectory: string;
  /** Runs child.js; it is killed after the test. */
  start(more?: { readonly directory?: string }): Promise<Child>;
}

/** Sets up child.js for the tests of one file, and removes everything after them. */
export function setUpChildren(): Children {
  let program = '';
  let temporaryDirectory = '';
  const children: Child[] = [];
  beforeAll(async () => {
    program = await buildChild();
    temporaryDirectory = await openDirectory();
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(async () => {
    for (const path of [dirname(program), temporaryDirectory]) await rm(path, { recursive: true });
  });
  return {
    get temporaryDirectory() {
      return temporaryDirectory;
    },
    start: async (more = {}) => {
      const child = runChild(program, {
        ...(await commonOptions()),
        temporaryDirectory,
        directory: more.directory ?? null,
      });
      children.push(child);
      return child;
    },
  };
}
