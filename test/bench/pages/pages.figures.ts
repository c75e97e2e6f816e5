import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { openBrowser } from '../../console/browser.ts';
import { firstLoad } from '../../console/build.ts';
import { LONG_PATCH, longTask } from '../../console/long.ts';
import { openSite, type Site } from '../../console/site.ts';
import { requestPath, waitingMerge } from '../../console/waiting-merge.ts';
import { FIGURES_FILE, type PageFigure } from './page-figure.ts';

const TIMES = 5;
const figures: PageFigure[] = [];
const browser = await openBrowser();
let site: Site;

beforeAll(async () => {
  if (browser === null) throw new Error('Pages are measured in Chromium.');
  site = await openSite(browser);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await writeFile(process.env[FIGURES_FILE] ?? '', JSON.stringify(figures));
});

/** Of everything that the page has done, the longest for which it could not answer, in milliseconds. */
const LONGEST = `new Promise(told => {
  new PerformanceObserver(list =>
    told(Math.max(...list.getEntries().map(({ duration }) => duration))),
  ).observe({ type: 'longtask', buffered: true });
  setTimeout(() => told(0), 500);
})`;
const longest = (page: Page) => page.evaluate<number>(LONGEST);

it('the first load', async () => {
  const sent = await firstLoad(file => gzipSync(file).length);
  figures.push(
    { what: 'scripts of the first load', value: sent.js / 1_000, unit: 'KB', most: 336 },
    { what: 'styles of the first load', value: sent.css / 1_000, unit: 'KB', most: 60 },
  );
});

it('a task of 20,000 events', async () => {
  const task = await longTask(site);
  const page = await site.visit('/console/');
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const began = performance.now();
    await page.goto(`${site.origin}/console/tasks/${task}/timeline`);
    const events = page.getByRole('region', { name: 'Events, newest first' });
    await events.getByRole('button').first().click();
    await page.getByText('"seq": 20000').waitFor();
    times.push(performance.now() - began);
  }
  const rows = await page.locator('main li').count();
  times.sort((a, b) => a - b);
  const median = times[Math.floor(TIMES / 2)] ?? 0;
  figures.push(
    {
      what: 'a task of 20,000 events until it is used, median',
      value: median,
      unit: 'ms',
      most: 1_000,
    },
    { what: 'its rows in the page', value: rows, unit: '', most: 80 },
  );
  await site.leave();
});

it('a patch of 50,000 lines', async () => {
  const task = await waitingMerge(site, LONG_PATCH);
  const page = await site.visit(requestPath(task), 'rey');
  await page.getByText('added: line 12', { exact: true }).waitFor();
  const box = page.getByRole('region', { name: 'Changed files' });
  for (let down = 0; down < 20; down += 1) {
    await box.evaluate('one => one.scrollBy(0, 20000)');
    await page
      .getByText(/^added: line \d+$/)
      .first()
      .waitFor();
  }
  figures.push({
    what: 'the longest task of a patch of 50,000 lines, loaded and scrolled',
    value: await longest(page),
    unit: 'ms',
    most: 200,
  });
  await site.leave();
});
