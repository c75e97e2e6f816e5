/** Proof: the task of a pull request, its verdict and replay, and stepping through its events. */
import pg from 'pg';
import { it } from 'vitest';
import type { Anchor } from '../../../src/core/checkpoint/anchor.ts';
import { expectAccessible } from '../browser.ts';
import type { Site } from '../site.ts';

export function auditCases(site: () => Site): void {
  it('leads from a pull request to the proof of its task, and through its events', async () => {
    const page = await site().visit('/console/audit');
    await page.getByRole('textbox', { name: 'Repository' }).fill('acme/sandglass');
    await page.getByRole('textbox', { name: 'Pull request' }).fill('#2');
    await page.getByRole('button', { name: 'Find' }).click();
    const found = page.getByRole('list', { name: 'Tasks of the pull request' });
    await found.waitFor();
    await expectAccessible(page);
    await found.getByRole('link').first().click();
    const chain = page.getByRole('region', { name: 'Its events are what was written' });
    await chain.getByText('Yes.').waitFor();
    const replay = page.getByRole('region', { name: 'A replay comes to the same' });
    await replay.getByText('Yes.').waitFor();
    await expectAccessible(page);
    const decisions = page.getByRole('region', { name: 'What policy decided' });
    await decisions
      .getByRole('link', { name: /task\.start/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'policy.decided' }).waitFor();
    await page.getByRole('button', { name: 'Decide again' }).click();
    await page.getByText(/It would be allowed again\.|It was allowed, and would be/).waitFor();
    const before = new URL(page.url()).searchParams.get('event');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText(`Event ${Number(before) + 1} of`).waitFor();
    await expectAccessible(page);
  });

  it('finds decisions by what stands in its address, and leads to each', async () => {
    const page = await site().visit('/console/audit');
    const decided = page.getByRole('region', { name: 'What policy decided' });
    await decided.getByRole('combobox', { name: 'Outcome' }).selectOption('deny');
    await decided.getByRole('textbox', { name: 'Only in' }).fill('acme/refused');
    await decided.getByRole('button', { name: 'Show decisions' }).click();
    await page.waitForURL(/outcome=deny/);
    await expectAccessible(page);
    await decided.getByRole('table').getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Decisions' }).waitFor();
    await page.getByText('denied').first().waitFor();
    await page.goBack();
    await decided.getByText('acme/refused#').first().waitFor();
  });

  it('names the event that was edited, and compares with what stands in the check runs on GitHub', async () => {
    const canceled = site().place.tasks.get('canceled') ?? '';
    const page = await site().visit(`/console/tasks/${canceled}/proof`, 'mona');
    const chain = page.getByRole('region', { name: 'Its events are what was written' });
    await chain.getByText('Yes.').waitFor();
    await chain.getByRole('button', { name: /^Compare with the check runs/ }).click();
    await chain.getByText('No anchor on GitHub names this task yet.').waitFor();
    await edit(site().place.services.url, canceled, 3);
    await chain.getByRole('button', { name: 'Verify again' }).click();
    await chain.getByRole('alert').getByText('event 3').waitFor();
    await expectAccessible(page);
  });

  it('names the event at which an anchor on GitHub disagrees with the log', async () => {
    const failed = site().place.tasks.get('failed') ?? '';
    const { record } = site().place.services.github;
    const kept = record.anchors;
    record.anchors = async function* () {
      yield anchorOf(site(), failed);
    };
    try {
      const page = await site().visit(`/console/tasks/${failed}/proof`, 'mona');
      const chain = page.getByRole('region', { name: 'Its events are what was written' });
      await chain.getByText('Yes.').waitFor();
      await chain.getByRole('button', { name: /^Compare with the check runs/ }).click();
      const fault = chain.getByRole('alert');
      await fault
        .getByText(/an event from 1 to 4 is not what was written, by the anchor of checkpoint 1/)
        .waitFor();
    } finally {
      record.anchors = kept;
    }
  });
}

/** Signed with our key, as a check run on GitHub has it: where this task stood, by another hash than the log's. */
function anchorOf({ place: { services } }: Site, task: string): Anchor {
  return services.anchors.sign({
    v: 1,
    checkpoint: 1,
    hash: `sha256:${'0'.repeat(64)}`,
    at: '2026-11-28T10:00:00.000Z',
    ends: [{ stream: `task/${task}`, seq: 4, hash: `sha256:${'9'.repeat(64)}` }],
  });
}

/** As somebody who can write to the database. */
async function edit(url: string, task: string, event: number): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('ALTER TABLE events DISABLE TRIGGER USER');
  await client.query(
    `UPDATE events SET at = '2020-01-01T00:00:00.000Z' WHERE stream_id = $1 AND seq = $2`,
    [task, event],
  );
  await client.query('ALTER TABLE events ENABLE TRIGGER USER');
  await client.end();
}
