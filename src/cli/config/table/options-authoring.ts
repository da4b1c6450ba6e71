import { oneOf, parseText, toggle } from './values.js';

/** What `pgm new` writes, and the shell for `pgm completion`. */
export const authoringOptions = {
  newSchema: {
    flag: null,
    words: ['new'],
    completes: 'schema',
    parse: parseText,
    help: 'schema of the new file',
  },
  newName: {
    flag: null,
    words: ['new'],
    parse: parseText,
    help: 'name of the new file, such as add_labels or "add labels index"',
  },
  shell: {
    flag: null,
    words: ['completion'],
    parse: oneOf('bash', 'zsh', 'fish'),
    help: 'shell to print the script for: bash, zsh or fish',
  },
  edit: toggle('--edit', 'open the new file in the editor that VISUAL or EDITOR names, and wait'),
} as const;
