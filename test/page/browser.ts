import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian's Chromium is on PATH; null where it is not installed. */
export const chromiumPath: string | null = find('chromium');

/** One headless browser. Root may not have the sandbox; the pages are our own. */
export async function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

function find(program: string): string | null {
  const places = (process.env['PATH'] ?? '').split(delimiter).map((place) => join(place, program));
  return places.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
