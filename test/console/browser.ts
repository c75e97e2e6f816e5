/** One Chromium for all tests of the console, and pages that are watched for what must never happen. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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
const THEMES = [
  { colorScheme: 'light', contrast: 'no-preference' },
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

/**
 * Evaluated in the page: the texts that look as none did whose contrast was judged, each with its look. Contrast
 * depends on a text's colour and size, and on what is behind it.
 */
const TEXTS_TO_JUDGE = `(judged => {
  const behind = new Map([[null, '']]);
  const backgroundOf = element => {
    if (!behind.has(element)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity].join();
      behind.set(element, backgroundOf(element.parentElement) + own + ';');
    }
    return behind.get(element);
  };
  const texts = new Map();
  for (const element of document.body.querySelectorAll('*')) {
    const isText = [...element.childNodes].some(one => one.nodeType === Node.TEXT_NODE && one.data.trim());
    if (!isText && !('value' in element)) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const look = [color, fontSize, fontWeight, backgroundOf(element)].join();
    if (!judged.includes(look)) texts.set(element, look);
  }
  return texts;
})`;
/** How texts looked whose contrast was judged, on whatever page. */
const judged = new Set<string>();

type Violation = { id: string; at: string[] };
const OF_AXE = `(({ violations }) => violations.map(({ id, nodes }) => ({
  id,
  at: nodes.map(node => node.target.join(' ') + ': ' + node.failureSummary),
})))`;
const QUIETLY = `preload: false, resultTypes: ['violations']`;

/** What axe finds: all but contrast on a wide screen and on a phone, and contrast in four themes. */
export async function expectAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  const size = page.viewportSize() ?? WIDE;
  for (const viewport of [PHONE, WIDE]) {
    await page.setViewportSize(viewport);
    await page.evaluate(SETTLED);
    const found = await page.evaluate<Violation[]>(`axe.run({
      runOnly: ${JSON.stringify(RULES)}, rules: { 'color-contrast': { enabled: false } }, ${QUIETLY}
    }).then(${OF_AXE})`);
    expect(found, `${viewport.width} px`).toEqual([]);
    expect(await page.evaluate(OUTSIDE), 'nothing stands out to the right').toEqual([]);
  }
  for (const theme of THEMES) {
    await page.emulateMedia(theme);
    await page.evaluate(SETTLED);
    const { looks, found } = await page.evaluate<{
      looks: string[];
      found: Violation[];
    }>(`(async () => {
      const texts = ${TEXTS_TO_JUDGE}(${JSON.stringify([...judged])});
      const found = texts.size === 0 ? [] : await axe
        .run([...texts.keys()], { runOnly: ['color-contrast'], ${QUIETLY} })
        .then(${OF_AXE});
      return { looks: [...new Set(texts.values())], found };
    })()`);
    expect(found, `${theme.colorScheme} with contrast ${theme.contrast}`).toEqual([]);
    for (const look of looks) judged.add(look);
  }
  await page.setViewportSize(size);
  await page.emulateMedia(THEMES[0]);
}
