/** One Chromium for all tests of the console, and pages that are watched for what must never happen. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RunOptions } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { findChromium } from './find-chromium.ts';

const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** `null` where there is no Chromium, with the reason printed; in CI that is a failure. */
export async function openBrowser(): Promise<Browser | null> {
  try {
    const { file, libraries } = await findChromium();
    const env = Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => Boolean(entry[1])),
    );
    return await chromium.launch({
      executablePath: file,
      args: ARGUMENTS,
      chromiumSandbox: false,
      env: libraries === '' ? env : { ...env, LD_LIBRARY_PATH: libraries },
    });
  } catch (error) {
    if (process.env.CI) throw error;
    console.warn(`the console is not tested: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

export const WIDE = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

/** `faults` are what the page did that no page of the console may do. */
export type Watched = { page: Page; faults: string[]; close(): Promise<void> };

/** What pages of one person share: its scripts are compiled once for all of them. */
export const openContext = (browser: Browser): Promise<BrowserContext> =>
  browser.newContext({ viewport: WIDE, reducedMotion: 'reduce' });

export async function openPage(
  context: BrowserContext,
  origin: string,
  size = WIDE,
): Promise<Watched> {
  const page = await context.newPage();
  await page.setViewportSize(size);
  const faults: string[] = [];
  page.on('console', message => {
    // What the API refuses, Chromium reports as well.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  page.on('pageerror', error => faults.push(String(error)));
  page.on('request', request => {
    if (!request.url().startsWith(`${origin}/`)) faults.push(`asks ${request.url()}`);
  });
  const close = async () => {
    // What a person has chosen is chosen for no other test.
    await page.evaluate('localStorage.clear()');
    await page.close();
  };
  return { page, faults, close };
}

/** Evaluated in the page: the content security policy lets no other script in. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const OTHER_THEMES = [
  { colorScheme: 'light', contrast: 'more' },
  { colorScheme: 'dark', contrast: 'no-preference' },
  { colorScheme: 'dark', contrast: 'more' },
] as const;

/** What a person would have to scroll sideways for; tooltips are put anew when they are shown. */
const OUTSIDE = `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('*')]
  .filter(one => one.getBoundingClientRect().right > innerWidth && !one.closest('[popover]'))
  .map(one => one.localName + '.' + one.className)`;

/** What is told to change may begin to a frame or two later; a spinner never ends, nor does what follows scrolling. */
const SETTLED = `(async () => {
  for (let still = 0; still < 3; still += 1) {
    await new Promise(requestAnimationFrame);
    const changes = document.getAnimations().filter(one =>
      one.timeline === document.timeline && one.playState === 'running' &&
      one.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(changes.map(one => one.finished));
    if (changes.length > 0) still = 0;
  }
})()`;

/** What axe finds: everything on a wide screen and on a phone, and contrast in the other three themes. */
export async function expectAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  const found = (options: RunOptions) =>
    page.evaluate<{ id: string; at: string[] }[]>(`axe
      .run({ ...${JSON.stringify(options)}, preload: false, resultTypes: ['violations'] })
      .then(({ violations }) => violations.map(({ id, nodes }) => ({
        id,
        at: nodes.map(node => node.target.join(' ') + ': ' + node.failureSummary),
      })))`);
  const size = page.viewportSize() ?? WIDE;
  for (const viewport of [WIDE, PHONE]) {
    await page.setViewportSize(viewport);
    await page.evaluate(SETTLED);
    expect(await found({ runOnly: RULES }), `${viewport.width} px`).toEqual([]);
    expect(await page.evaluate(OUTSIDE), 'nothing stands out to the right').toEqual([]);
  }
  await page.setViewportSize(size);
  for (const theme of OTHER_THEMES) {
    await page.emulateMedia(theme);
    await page.evaluate(SETTLED);
    expect(
      await found({ runOnly: ['color-contrast'] }),
      `${theme.colorScheme} with contrast ${theme.contrast}`,
    ).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light', contrast: 'no-preference' });
}
