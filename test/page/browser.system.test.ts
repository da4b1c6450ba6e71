import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FleetView } from '../../src/core/watch/fleet-view.js';
import type { StatusView } from '../../src/core/watch/status-view.js';
import { type HealthServer, startHealthServer } from '../../src/http/health-server.js';
import { portOf, serverOptions } from '../support/http-answers.js';
import { freePort } from '../support/http.js';
import { chromiumPath, launch } from './browser.js';
import {
  allApplied,
  away,
  drifted,
  failed,
  hostileView,
  many,
  neverSeen,
  noSource,
  waitingForLock,
} from './scenes.js';
import { fleetInTrouble } from './fleet-scenes.js';
import { faintTexts, openVisitor, visit, type Visit, type Visitor } from './visit.js';

const scenes: readonly (readonly [string, () => StatusView | FleetView])[] = [
  ['fleet-in-trouble', fleetInTrouble],
  ['all-applied', allApplied],
  ['failed', failed],
  ['drift', drifted],
  ['postgres-away', away],
  ['waiting-for-lock', waitingForLock],
  ['2000-migrations', many],
  ['hostile-names', hostileView],
  ['no-source', noSource],
  ['never-seen', neverSeen],
];

if (chromiumPath === null) {
  const reason = 'Chromium is not on PATH: install it (Debian: apt-get install chromium)';
  test('the page in Chromium', ({ skip }) => {
    if (process.env['CI'] !== undefined) expect.fail(reason);
    skip(reason);
  });
}

describe.skipIf(chromiumPath === null)('the page in Chromium', { timeout: 300_000 }, () => {
  let browser: Browser;
  let server: HealthServer;
  let view: StatusView | FleetView;

  beforeAll(async () => {
    browser = await launch(chromiumPath ?? '');
  });
  afterAll(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    // One that nobody else gets while the server is closed for a moment.
    server = await serve(() => view, await freePort());
  });
  afterEach(async () => {
    await server.close();
  });

  describe('scene by scene', () => {
    let resized: Visitor;
    let scripted: Visitor;
    let unscripted: Visitor;
    beforeAll(async () => {
      resized = await openVisitor(browser, {});
      scripted = await openVisitor(browser, {});
      unscripted = await openVisitor(browser, { javaScriptEnabled: false });
    });
    afterAll(async () => {
      for (const visitor of [resized, scripted, unscripted]) await visitor.close();
    });

    test.each(scenes)('%s: readable in light and dark, fits into 320 px', async (name, scene) => {
      view = scene();
      await resized.visit(server.address, async (seen) => {
        const { page } = seen;
        await page.setViewportSize({ width: 1180, height: 900 });
        await page.emulateMedia({ colorScheme: 'light' });
        await picture(page, `${name}-light`);
        expect(await faintTexts(page)).toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        await picture(page, `${name}-dark`);
        expect(await faintTexts(page)).toEqual([]);
        await page.setViewportSize({ width: 320, height: 640 });
        await picture(page, `${name}-320`);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
        expectPeace(seen, server.address);
      });
    });

    test.each(scenes)('%s: complete without JavaScript', async (_, scene) => {
      view = scene();
      await scripted.visit(server.address, async ({ page: withScript }) => {
        await unscripted.visit(server.address, async (seen) => {
          expect(await seen.page.locator('main').innerText()).toBe(
            await withScript.locator('main').innerText(),
          );
          expectPeace(seen, server.address);
        });
      });
    });
  });

  test('without JavaScript the page asks for itself again', async () => {
    view = allApplied();
    await visit(browser, server.address, { javaScriptEnabled: false }, async ({ page }) => {
      view = failed();
      await expect
        .poll(() => page.title())
        .toBe('✖ gcp/008 failed, 1 more failed, 1 held, 1 changed · pgm');
    });
  });

  test('nothing of what is hostile runs, or becomes an element', async () => {
    view = hostileView();
    await visit(browser, server.address, {}, async (seen) => {
      expect(await seen.page.evaluate('window.hacked')).toBeUndefined();
      expect(
        await seen.page
          .locator('img, base, main script, main style, [onload], [onmouseover]')
          .count(),
      ).toBe(0);
      await lookNow(seen.page);
      await lookNow(seen.page);
      expect(await seen.page.evaluate('window.hacked')).toBeUndefined();
      expectPeace(seen, server.address);
    });
  });

  test('the present arrives without a reload, and what a person was doing stays', async () => {
    view = many(300);
    const viewport = { width: 800, height: 500 };
    await visit(browser, server.address, { viewport }, async (seen) => {
      const { page } = seen;
      await page.evaluate('window.before = true');
      const fold = page.locator('.schema summary').first();
      await fold.focus();
      await page.keyboard.press('Enter');
      await page.evaluate('scrollTo(0, 900)');
      await page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('.facts code'))",
      );
      view = { ...many(300), activity: 'applying 271 of 300', version: '1.0.1' };
      await expect
        .poll(() => page.locator('.activity').allInnerTexts())
        .toEqual(['applying 271 of 300']);
      expect(await page.locator('footer').innerText()).toContain('pgm 1.0.1');
      expect(await page.evaluate('window.before')).toBe(true);
      expect(await page.evaluate('scrollY')).toBe(900);
      expect(await page.evaluate('String(getSelection())')).toBe(view.target);
      expect(await page.locator('.schema details').first().getAttribute('open')).toBe('');
      expect(await page.evaluate('document.activeElement.localName')).toBe('summary');
      expectPeace(seen, server.address);
    });
  });

  test('each view becomes each other one as if it had been loaded', async () => {
    view = allApplied();
    await visit(browser, server.address, {}, async (seen) => {
      await visit(browser, server.address, {}, async ({ page: fresh }) => {
        for (const [, scene] of [...scenes, ...scenes.toReversed()]) {
          view = scene();
          await lookNow(seen.page);
          await fresh.reload();
          const main = await fresh.locator('main').innerHTML();
          await expect.poll(() => seen.page.locator('main').innerHTML()).toBe(main);
          expect(await seen.page.title()).toBe(await fresh.title());
          expect(await iconOf(seen.page)).toBe(await iconOf(fresh));
        }
      });
      expectPeace(seen, server.address);
    });
  });

  test('says since when there was no answer, and stops saying so when there is one', async () => {
    view = allApplied();
    const port = portOf(server);
    await visit(browser, server.address, {}, async ({ page }) => {
      await server.close();
      await expect
        .poll(() => page.locator('#lost').innerText())
        .toMatch(/^No answer since \d\d:\d\d:\d\d UTC/);
      expect(await page.title()).toBe('▲ no answer · pgm');
      expect(await page.locator('h1').innerText()).toBe('Ready');
      server = await serve(() => view, port);
      await page.locator('#lost').waitFor({ state: 'hidden' });
      expect(await page.title()).toBe('✔ ready · pgm');
    });
  });

  test('everything can be reached and opened by keyboard', async () => {
    view = many();
    await visit(browser, server.address, {}, async ({ page }) => {
      const closed = page.locator('details:not([open])');
      const before = await closed.count();
      expect(before).toBeGreaterThan(0);
      for (let at = 0; at < 20 && (await closed.count()) === before; at += 1) {
        await page.keyboard.press('Tab');
        if (await page.locator('summary:focus').count()) await page.keyboard.press('Enter');
      }
      expect(await closed.count()).toBe(before - 1);
    });
  });

  test('stands still for who asks for less motion', async () => {
    view = waitingForLock();
    for (const [reducedMotion, name] of [
      ['reduce', 'none'],
      ['no-preference', 'pulse'],
    ] as const) {
      await visit(browser, server.address, { reducedMotion }, async ({ page }) => {
        const animation = "getComputedStyle(document.querySelector('.pulse')).animationName";
        expect(await page.evaluate(animation)).toBe(name);
      });
    }
  });
});

async function serve(view: () => StatusView | FleetView, port: number): Promise<HealthServer> {
  const check = () => Promise.resolve(view().health);
  return startHealthServer(serverOptions({ port, check, view: () => Promise.resolve(view()) }));
}

/** No complaint, and nothing asked of anybody but the page's own address. */
function expectPeace({ complaints, requests }: Visit, address: string): void {
  expect(complaints).toEqual([]);
  expect(new Set(requests)).toEqual(new Set([`${address}/`]));
}

/** Has the page ask for itself at once, as it does when a person comes back to it; settles when the answer has arrived. */
async function lookNow(page: Page): Promise<void> {
  const answered = page.waitForEvent('requestfinished');
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
  await answered;
}

async function iconOf(page: Page): Promise<string | null> {
  return page.locator('link[rel=icon]').getAttribute('href');
}

async function picture(page: Page, name: string): Promise<void> {
  const directory = process.env['PGM_SCREENSHOTS'];
  if (directory === undefined) return;
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
}
