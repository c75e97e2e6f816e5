/** Pages follow what happens: the log of a run line by line, and every page by hints. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { taskStream } from '../../../src/core/stream.ts';
import { expectAccessible } from '../browser.ts';
import { RUN, type Site } from '../site.ts';
import { readyTask, say, startWork, workingTask } from '../working-task.ts';

/** Each line of the log with its place, read from its beginning to its end as somebody scrolls. */
const READ = `(async () => {
  const log = document.querySelector('section[aria-label="Log"]');
  const seen = new Map();
  for (let top = 0; top < 14_400; top += 300) {
    log.scrollTo(0, top);
    await new Promise(shown => requestAnimationFrame(() => setTimeout(shown)));
    for (const row of document.querySelectorAll('main li[aria-posinset]'))
      seen.set(row.getAttribute('aria-posinset'), row.querySelector('span').textContent);
  }
  return [...seen.values()];
})()`;

/** Of a word that its program printed in red, and of the line that it stands in. */
const COLOURS = `[...document.querySelectorAll('main li[aria-posinset] span')]
  .filter(part => part.textContent === 'said')
  .flatMap(part => [part, part.parentElement])
  .map(part => getComputedStyle(part).color)`;

const LOG = `document.querySelector('section[aria-label="Log"]')`;
const scrollTo = (page: Page, top: number) => page.evaluate(`${LOG}.scrollTo(0, ${top})`);
const scrolledTo = (page: Page) => page.evaluate<number>(`${LOG}.scrollTop`);

/** A page is right again so soon after its server answers. */
const RIGHT_AGAIN_MS = 5_000;

export function liveCases(site: () => Site): void {
  it('shows each line of a log once, in order, however often the stream is cut', async () => {
    const task = await workingTask(site());
    await say(site(), task, { first: 1, count: 100 });
    const page = await site().visit(`/console/tasks/${task}/log`);
    await page.getByText('100 lines.').waitFor();
    await expectAccessible(page);
    const [red, plain] = await page.evaluate<string[]>(COLOURS);
    expect(red).not.toBe(plain);
    for (let cuts = 1; cuts <= 5; cuts++) {
      expect(site().cut()).toBeGreaterThan(0);
      await say(site(), task, { first: cuts * 100 + 1, count: 100 });
      await page.getByText(`${cuts + 1}00 lines.`).waitFor();
    }
    const seen = await page.evaluate<string[]>(READ);
    const log = page.getByRole('region', { name: 'Log' });
    const said = Array.from(
      { length: 600 },
      (_, at) => `said ${at + 1} <img src=x onerror=alert(1)>`,
    );
    expect(seen).toEqual(said);
    expect(await log.locator('li').count()).toBeLessThan(150);
  });

  it('stays with the run that is read when another one begins, and leads to that', async () => {
    const task = await readyTask(site());
    const page = await site().visit(`/console/tasks/${task}/log`);
    const run = page.getByRole('combobox', { name: 'Run' });
    const before = await run.inputValue();
    expect(before).not.toBe(RUN);
    await startWork(site(), task);
    const working = page.getByRole('link', { name: `${RUN} runs now` });
    await working.waitFor();
    expect(await run.inputValue()).toBe(before);
    await working.click();
    await expect.poll(() => run.inputValue()).toBe(RUN);
  });

  it('stays where somebody reads, follows again when asked, and links to one line', async () => {
    const task = await workingTask(site());
    await say(site(), task, { first: 1, count: 200 });
    const page = await site().visit(`/console/tasks/${task}/log`);
    await page.getByText('200 lines.').waitFor();
    const log = page.getByRole('region', { name: 'Log' });
    await expect.poll(() => scrolledTo(page)).toBeGreaterThan(1_000);
    await scrollTo(page, 0);
    await page.getByRole('button', { name: 'Go to the end, and follow' }).waitFor();
    await log.getByRole('button', { name: /^Line 3:/ }).click();
    await page.waitForURL(/line=L0\.3$/);
    await page.reload();
    await log.locator('li[data-named="true"]').getByText('said 3 ').waitFor();
    await page.getByRole('button', { name: 'Go to the end, and follow' }).click();
    await expect.poll(() => scrolledTo(page)).toBeGreaterThan(1_000);
  });

  it('shows what happens as it happens, and is right again after the server was away', async () => {
    const task = await workingTask(site());
    await say(site(), task, { first: 1, count: 1 });
    const page = await site().visit(`/console/tasks/${task}`);
    await page.getByText(/as of event \d+/).waitFor();
    await page.getByText('Reading.').waitFor();
    await say(site(), task, { first: 2, count: 1, message: 'Writing.' });
    await page.getByText('Writing.').waitFor();
    const steer = async (type: 'pause' | 'resume') => {
      const by = { kind: 'person' as const, id: 1, login: 'mona' };
      const stream = taskStream(task);
      const command = { type, by, target: null };
      const handled = await site().place.services.handle({ stream, command, actor: by });
      expect(handled.ok).toBe(true);
    };
    await steer('pause');
    await page.getByText('A person has to act').waitFor();
    site().stop();
    await page.getByText(/^Reconnecting/).waitFor();
    await steer('resume');
    await site().start();
    await page.getByText('Gatehouse works').waitFor({ timeout: RIGHT_AGAIN_MS });
    await page.getByText(/^Reconnecting/).waitFor({ state: 'detached' });
  });
}
