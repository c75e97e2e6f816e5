/** Signing in, and what the settings say of whoever is signed in. */
import { expect, it } from 'vitest';
import { makeLink } from '../../../src/engine/access/sessions.ts';
import { expectAccessible, PHONE } from '../browser.ts';
import { PREFIX, type Site, WAITING } from '../site.ts';

export function settingsCases(site: () => Site): void {
  it('whoever is not signed in is led to GitHub, and back to the page that they wanted', async () => {
    const page = await site().visit(`${PREFIX}/console/tasks?turn=person`, null);
    const link = page.getByRole('link', { name: 'Sign in with GitHub' }).first();
    const to = new URL((await link.getAttribute('href')) ?? '');
    expect(to.pathname).toBe(`${PREFIX}/auth/sign-in`);
    expect(to.searchParams.get('to')).toBe('/console/tasks?turn=person');
  });

  it('a sign-in that failed says why, and begins again with the same page', async () => {
    const page = await site().visit(
      '/console/sign-in?failed=refused&to=%2Fconsole%2Ftasks',
      null,
      PHONE,
    );
    await page.getByRole('alert').getByText('GitHub did not let you in').waitFor();
    const href = await page.getByRole('link', { name: 'Sign in with GitHub' }).getAttribute('href');
    expect(new URL(href ?? '').searchParams.get('to')).toBe('/console/tasks');
    await expectAccessible(page);
  });

  it('a sign-in that is not set up says how it is, and is not offered again', async () => {
    const page = await site().visit('/console/sign-in?failed=not_set_up', null);
    await page.getByRole('alert').getByText('GITHUB_CLIENT_ID').waitFor();
    expect(await page.getByRole('link', { name: 'Sign in with GitHub' }).count()).toBe(0);
  });

  it('a link of the shell signs in once, and says so the second time', async () => {
    const { origin, place } = site();
    const code = await makeLink(place.services, 'root');
    const link = `${origin}/auth/link?${new URLSearchParams({ code, to: '/console/' })}`;
    const page = await site().visit(link.slice(origin.length), null);
    await page.getByRole('heading', { name: 'Home' }).waitFor();
    await page.getByRole('link', { name: /^root\b.*your settings$/ }).click();
    await page.getByText('of the whole deployment').first().waitFor();
    // An operator of the shell sees every task, those of no repository of theirs among them.
    await page.goto(`${origin}/console/tasks/${WAITING}`);
    await page.getByRole('heading', { name: 'A span is empty' }).waitFor();
    await page.getByText("You can't act on this task: only people whom GitHub knows").waitFor();
    await page.goto(link);
    await page.getByRole('alert').getByText(/link/).waitFor();
    await page.context().clearCookies();
  });

  it('an operator makes a token, sees its text once, and ends it', async () => {
    const page = await site().visit('/console/settings', 'olga', PHONE);
    await page.getByText('of the whole deployment').waitFor();
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByRole('textbox', { name: /^Project/ }).fill('nightly');
    await page.getByRole('textbox', { name: /^Repositories/ }).fill('acme/sandglass');
    await page.getByRole('button', { name: 'Make the token' }).click();
    await page.getByRole('alert').getByText('commands must be at least one').waitFor();
    await expectAccessible(page);
    await page.getByLabel('fix', { exact: true }).check();
    await page.getByRole('button', { name: 'Make the token' }).click();
    await page.getByText(/gatehouse_[0-9a-f]{12}_/).waitFor();
    await page.getByRole('button', { name: /^Revoke the token \w+ of nightly/ }).click();
    await page.getByText('Revoke it?').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByText('revoked').waitFor();
  });

  it('whoever operates nothing sees who they are, and no tokens', async () => {
    const page = await site().visit('/console/settings', 'otto');
    await page.getByText('otto').first().waitFor();
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Machine tokens' }).count()).toBe(0);
    await expectAccessible(page);
  });
}
