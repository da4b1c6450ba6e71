import { hash } from 'node:crypto';
import { script } from './script.js';
import { style } from './style.js';

/**
 * What the browser is held to: this style and this script, by their hashes, and nothing else from anywhere. So even a
 * name of a file that slipped through the escaping could not run.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** `sha256-…`, as a policy names an inline style or script. */
function hashOf(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`;
}
