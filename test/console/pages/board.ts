/** The board: columns by who must act, filters in the address, keys, saved views. */
import { expect, it } from 'vitest';
import { expectAccessible } from '../browser.ts';
import { type Site, WAITING, WHY_IT_WAITS } from '../site.ts';

const FOCUSED = 'document.activeElement.tagName';

export function boardCases(site: () => Site): void {
  it('has a column for each who must act, with the reason on every card', async () => {
    const page = await site().visit('/console/tasks');
    const people = page.getByRole('region', { name: 'People' });
    await people.getByText('A span is empty').waitFor();
    await people.getByText(WHY_IT_WAITS).waitFor();
    const ended = page.getByRole('region', { name: 'Ended' });
    await ended.getByRole('link').nth(3).waitFor();
    expect(await ended.getByRole('link').count()).toBe(4);
    await page.getByText('No task waits for GitHub.').waitFor();
    await expectAccessible(page);
  });

  it('shows only what the person may see', async () => {
    const page = await site().visit('/console/tasks', 'otto');
    await page.getByRole('region', { name: 'Ended' }).getByRole('link').first().waitFor();
    expect(await page.locator('[data-row]').count()).toBe(1);
  });

  it('keeps its filters in the address, and goes to a task and back by keys', async () => {
    const page = await site().visit('/console/tasks');
    await page.getByRole('heading', { name: 'Tasks' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('EMPTY');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/tasks\?text=EMPTY$/);
    await expect.poll(() => page.locator('[data-row]').count()).toBe(1);
    await page.getByText('1 task found.').waitFor();
    await page.getByRole('heading', { name: 'Tasks' }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/tasks/${WAITING}`);
    await page.getByRole('heading', { name: 'A span is empty' }).waitFor();
    await page.goBack();
    await page.waitForURL(/\/tasks\?text=EMPTY$/);
    expect(await page.getByLabel('Title, or #number').inputValue()).toBe('EMPTY');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.waitForURL(/\/tasks$/);
    // The form of new filters is another one, and the keyboard stands there still.
    await page.getByLabel('Command').fill('fix');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/tasks\?command=fix$/);
    await page.getByRole('button', { name: 'Clear' }).waitFor();
    await expect.poll(() => page.evaluate(FOCUSED)).toBe('DIV');
  });

  it('keeps a view under a name', async () => {
    const page = await site().visit('/console/tasks?repository=acme/span&turn=person');
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.getByLabel('Name of the view').fill('Spans');
    await page.keyboard.press('Enter');
    await page.goto(`${site().origin}/console/tasks`);
    await page.getByRole('link', { name: 'Spans' }).click();
    await page.waitForURL(/turn=person/);
    expect(await page.getByLabel('Repository').inputValue()).toBe('acme/span');
    await page.getByRole('button', { name: 'Remove the view Spans' }).click();
    expect(await page.getByRole('link', { name: 'Spans' }).count()).toBe(0);
  });

  it('starts a task and goes to it, or says why none starts', async () => {
    const page = await site().visit('/console/tasks');
    await page.getByRole('button', { name: 'Start a task' }).click();
    const form = page.getByRole('form', { name: 'Start a task' });
    await form.getByLabel('Repository').selectOption('acme/span');
    await form.getByLabel('Command').selectOption('review');
    await form.getByLabel('What is to be done').fill('It subtracts\nTwo and two is four.');
    await form.getByRole('button', { name: 'Start it' }).click();
    await form
      .getByRole('alert')
      .getByText(/review works on pull requests only/)
      .waitFor();
    await page.mouse.move(0, 0);
    await expectAccessible(page);
    await form.getByLabel('Command').selectOption('fix');
    await form.getByRole('button', { name: 'Start it' }).click();
    await page.getByRole('heading', { name: 'It subtracts' }).waitFor();
    const reader = await site().visit('/console/tasks', 'nina');
    await reader.getByText(/^You can't start a task: There is no repository here/).waitFor();
  });
}
