import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository with a work tree of its own. */
export interface TestRepository {
  /** Holds the work tree, and may hold more. */
  readonly root: string;
  readonly directory: string;
  /** Runs git in the work tree and returns what it prints. */
  readonly git: (...parameters: string[]) => string;
  /** Writes files, given by their path; null removes one. */
  readonly write: (files: Readonly<Record<string, string | null>>) => void;
  /** Commits all that is there. */
  readonly commit: (files?: Readonly<Record<string, string | null>>) => void;
  readonly remove: () => void;
}

export function makeRepository(): TestRepository {
  const root = mkdtempSync(join(tmpdir(), 'pgm-test-git-'));
  const directory = join(root, 'work tree');
  mkdirSync(directory);
  const git = (...parameters: string[]): string => {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
    const all = ['-C', directory, ...identity, ...parameters];
    return execFileSync('git', all, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  };
  const write = (files: Readonly<Record<string, string | null>>): void => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      if (text === null) rmSync(file);
      else writeFileSync(file, text);
    }
  };
  git('init', '--quiet', '--initial-branch', 'main');
  return {
    root,
    directory,
    git,
    write,
    commit: (files = {}) => {
      write(files);
      git('add', '--all');
      git('commit', '--quiet', '--message', 'a commit');
    },
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
