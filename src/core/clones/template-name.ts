import { hash } from 'node:crypto';
import { templatePrefix } from './clones.js';

/** All that decides what is in a template. */
export interface TemplateFacts {
  /** Of the files, with what was left out. */
  readonly revision: string;
  /** Of pgm. */
  readonly version: string;
  readonly historySchema: string;
  /** The last file; null for all. */
  readonly to: string | null;
  /** Who owns what the files make. */
  readonly user: string;
}

/** The same for the same content, and another one for any other. */
export function templateName({
  revision,
  version,
  historySchema,
  to,
  user,
}: TemplateFacts): string {
  const words = [revision, version, historySchema, to, user];
  return templatePrefix + hash('sha256', JSON.stringify(words), 'hex').slice(0, 24);
}
