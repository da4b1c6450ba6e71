import { execFile } from 'node:child_process';
import { errnoOf, SourceMissing } from '../../core/errors.js';

/** The git repository that a directory is part of. Nothing is written to it. */
export interface Repository {
  readonly directory: string;
  /** The directory within the work tree, with `/` at its end; empty for the work tree itself. */
  readonly prefix: string;
  /** Runs git and resolves with what it prints. Throws `GitFailed`. */
  run(parameters: readonly string[], input?: string): Promise<Buffer>;
}

/** Git was run and failed. */
export class GitFailed extends Error {
  override readonly name = 'GitFailed';
}

/** Throws `SourceMissing` if git or a repository is missing. */
export async function openRepository(directory: string): Promise<Repository> {
  const run = (parameters: readonly string[], input = ''): Promise<Buffer> =>
    git(['--no-optional-locks', '--literal-pathspecs', '-C', directory, ...parameters], input);
  try {
    const answer = await run(['rev-parse', '--is-inside-work-tree', '--show-prefix']);
    const [isInside, prefix = ''] = answer.toString().split('\n');
    if (isInside === 'true') return { directory, prefix, run };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      throw new SourceMissing(
        directory,
        'git is not installed, and commits are read with it: install git',
      );
    }
    if (!(error instanceof GitFailed)) throw error;
    throw new SourceMissing(
      directory,
      `git cannot read the history of ${directory}: ${error.message}`,
    );
  }
  throw new SourceMissing(directory, `${directory} is not in a work tree of git`);
}

/** Whether commits are missing. */
export async function isShallow(repository: Repository): Promise<boolean> {
  const answer = await repository.run(['rev-parse', '--is-shallow-repository']);
  return answer.toString().trim() === 'true';
}

function git(parameters: readonly string[], input: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', maxBuffer: Number.POSITIVE_INFINITY } as const;
    const child = execFile('git', parameters, options, (error, output, complaint) => {
      if (error === null) resolve(output);
      // A number is the exit code.
      else if (typeof error.code === 'string')
        reject(error instanceof Error ? error : new Error('git'));
      else reject(new GitFailed(firstLine(complaint.toString())));
    });
    // Git may end before it has read everything: its exit code says why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function firstLine(complaint: string): string {
  const line = complaint.split('\n').find((each) => each.trim() !== '') ?? 'it says nothing';
  return line.replace(/^(fatal|error): /, '');
}
