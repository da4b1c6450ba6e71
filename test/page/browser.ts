import { type Browser, chromium } from 'playwright-core';
import { findOnPath } from '../support/programs.js';

/** Where Debian's Chromium is on PATH; null where it is not installed. */
export const chromiumPath: string | null = findOnPath('chromium');

/** One headless browser. Root may not have the sandbox; the pages are our own. */
export async function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
