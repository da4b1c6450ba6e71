import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { assert } from 'vitest';

/** A page that is open, and everything that its browser complained of or asked for. */
export interface Visit {
  readonly page: Page;
  /** Errors and warnings of the console (violations of the policy are among them), and exceptions. */
  readonly complaints: string[];
  /** Every address that was asked for, in order. */
  readonly requests: string[];
}

/** Opens the address in a context of its own, and closes that whatever becomes of the visit. */
export async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions,
  look: (visit: Visit) => Promise<void>,
): Promise<void> {
  const visitor = await openVisitor(browser, options);
  try {
    await visitor.visit(address, look);
  } finally {
    await visitor.close();
  }
}

/** A page in a context of its own, for one visit after the other: a context takes a second of processor time. */
export interface Visitor {
  visit(address: string, look: (visit: Visit) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function openVisitor(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<Visitor> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  let complaints: string[] = [];
  let requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  return {
    visit: async (address, look) => {
      [complaints, requests] = [[], []];
      await page.goto(address);
      await look({ page, complaints, requests });
      // What it asked for by itself must not count for the next visit.
      await page.goto('about:blank');
    },
    close: () => context.close(),
  };
}

/** Texts of the page that stand out too little from what is behind them (WCAG AA: 4.5 to 1). */
export async function faintTexts(page: Page): Promise<readonly string[]> {
  const faint = await page.evaluate<unknown>(measureContrast);
  assert(Array.isArray(faint));
  return faint.map(String);
}

/** Runs in the page. As a text, because the browser's types are not those of the tests. */
const measureContrast = String.raw`(() => {
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => {
      const share = c / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const groundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [r, g, b, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (text === '' || element.closest('script, svg, .spoken, [hidden]') !== null) continue;
    const [a, b] = [channels(getComputedStyle(element).color), groundOf(element)].map(luminance);
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(ratio.toFixed(2) + ' ' + text);
  }
  return faint;
})()`;
