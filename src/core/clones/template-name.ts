import { hash } from 'node:crypto';
import { templatePrefix } from './clones.js';

/** Everything that decides what a template contains. */
interface TemplateFacts {
  /** Of the files, with what was left out. */
  readonly revision: string;
  /** Of pgm. */
  readonly version: string;
  readonly historySchema: string;
  /** The last file; null for all. */
  readonly to: string | null;
  /** Who owns what the files create. */
  readonly user: string;
}

/** The same name for the same content, and a different one for any other. */
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
