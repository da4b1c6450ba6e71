import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { errnoOrText } from '../../core/errors.js';

type Edited =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'not started'; readonly reason: string };

/**
 * Opens a file in an editor on this terminal and waits for its end. `editor` may have arguments (`code --wait`), so a
 * shell runs it, as in git. Ctrl-C is for the editor: pgm waits.
 */
export function edit(editor: string, file: string): Promise<Edited> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit' });
    child.once('error', (error) => {
      resolve({ kind: 'not started', reason: errnoOrText(error) });
    });
    child.once('close', (code, signal) => {
      const number = signal === null ? 0 : constants.signals[signal];
      resolve({ kind: 'exited', exitCode: code ?? 128 + number });
    });
  });
}
