/** The contract of every store of deliveries: each body starts something once. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Deliveries } from '../../src/engine/ports/deliveries.ts';

export function deliveriesContract(
  name: string,
  open: () => Promise<{ deliveries: Deliveries; close(): Promise<void> }>,
): void {
  describe(`deliveries: ${name}`, () => {
    let deliveries: Deliveries;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ deliveries, close } = await open());
    });
    afterAll(() => close());

    const delivery = (body: Buffer = randomBytes(64)) => ({
      guid: randomUUID(),
      event: 'issues',
      body,
    });
    const tally = (results: string[]) => {
      const counts: Record<string, number> = {};
      for (const result of results) counts[result] = (counts[result] ?? 0) + 1;
      return counts;
    };

    test('comes back as it was sent', async () => {
      const sent = delivery(Buffer.from([0, 255, 0xc3, 0x28, 10]));
      expect(await deliveries.receive(sent)).toBe('stored');
      const found = await deliveries.find(sent.guid);
      expect(found).toMatchObject({ ...sent, state: 'stored' });
      expect(found?.receivedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(await deliveries.find(randomUUID())).toBeNull();
    });

    test('one GUID, however often it comes at once, is stored once', async () => {
      const sent = delivery();
      const results = await Promise.all(
        Array.from({ length: 1_000 }, () => deliveries.receive(sent)),
      );
      expect(tally(results)).toEqual({ stored: 1, duplicate: 999 });
    });

    test('the same body under other GUIDs and names starts nothing', async () => {
      const body = randomBytes(64);
      const sent = Array.from({ length: 50 }, (_, index) => ({
        ...delivery(body),
        event: index % 2 ? 'issues' : 'issue_comment',
      }));
      const results = await Promise.all(sent.map(deliveries.receive));
      expect(tally(results)).toEqual({ stored: 1, replayed: 49 });
      for (const [index, { guid, event }] of sent.entries()) {
        const state = results[index] === 'stored' ? 'stored' : 'ignored';
        expect(await deliveries.find(guid)).toMatchObject({ guid, event, body, state });
      }
      expect(await deliveries.receive(delivery(body))).toBe('replayed');
      expect(await deliveries.receive(sent[1] ?? delivery())).toBe('duplicate');
    });

    test('the same body is followed once more where GitHub says that it is its own', async () => {
      const [first, again, foreign] = [delivery(), delivery(), delivery()];
      await deliveries.receive(first);
      await deliveries.settle(first.guid, 'handled', '');
      for (const { guid } of [again, foreign])
        expect(await deliveries.receive({ ...first, guid, event: 'issues' })).toBe('replayed');
      const doubted = async () => (await deliveries.doubted()).map(({ guid }) => guid);
      expect(await doubted()).toEqual(expect.arrayContaining([again.guid, foreign.guid]));
      expect(await doubted()).not.toContain(first.guid);
      const body = randomBytes(64);
      const confirmed = { guid: again.guid, event: 'installation', body };
      expect(await deliveries.confirm(confirmed)).toBe(true);
      expect(await deliveries.find(again.guid)).toMatchObject({ ...confirmed, state: 'stored' });
      expect(await deliveries.confirm(confirmed)).toBe(false);
      expect(await deliveries.confirm({ ...first, body })).toBe(false);
      expect(await deliveries.unsettled(0, 10_000)).toContain(again.guid);
      await deliveries.settle(again.guid, 'ignored', '');
      expect(await deliveries.confirm(confirmed)).toBe(false);
      expect(await doubted()).not.toContain(again.guid);
      await deliveries.dismiss([foreign.guid, first.guid]);
      expect(await doubted()).not.toContain(foreign.guid);
      expect(await deliveries.confirm({ ...confirmed, guid: foreign.guid })).toBe(false);
    });

    test('what could not be followed is stored once more where GitHub delivers it again', async () => {
      const [failed, done, unanswered] = [delivery(), delivery(), delivery()];
      for (const one of [failed, done, unanswered]) await deliveries.receive(one);
      await deliveries.putOff(failed.guid, { forMs: 60_000, failures: 34 });
      await deliveries.settle(failed.guid, 'failed', 'It is forbidden.');
      await deliveries.settle(done.guid, 'handled', '', 'comment:1');
      await deliveries.unanswered(unanswered.guid, 'It is locked.');
      await deliveries.settle(unanswered.guid, 'handled', '', 'comment:2');
      for (const one of [done, unanswered, { ...failed, body: randomBytes(64) }])
        expect(await deliveries.receive(one)).toBe('duplicate');
      expect(await deliveries.receive({ ...failed, guid: randomUUID() })).toBe('replayed');
      expect(await deliveries.receive({ ...failed, via: 'search' })).toBe('duplicate');
      expect(await deliveries.receive(failed)).toBe('stored');
      expect(await deliveries.find(failed.guid)).toMatchObject({ state: 'stored', failures: 0 });
      expect(await deliveries.due(0, 10_000)).toContain(failed.guid);
      expect(await deliveries.receive(failed)).toBe('duplicate');
    });

    test('many different ones at once keep their own bodies', async () => {
      const sent = Array.from({ length: 500 }, (_, index) => delivery(randomBytes(1 + index * 7)));
      const results = await Promise.all(sent.map(deliveries.receive));
      expect(tally(results)).toEqual({ stored: 500 });
      for (const { guid, body } of sent.filter((_, index) => index % 10 === 0))
        expect((await deliveries.find(guid))?.body?.equals(body)).toBe(true);
    });

    test('a body as large as GitHub sends', async () => {
      const sent = delivery(randomBytes(25 * 1024 * 1024));
      // A slow machine takes longer than a sender waits, who then sends it again.
      const received = await deliveries.receive(sent).catch(() => deliveries.receive(sent));
      expect(['stored', 'duplicate']).toContain(received);
      const found = await deliveries.find(sent.guid);
      const digest = (body?: Buffer | null) =>
        createHash('sha256')
          .update(body ?? '')
          .digest('hex');
      expect(digest(found?.body)).toBe(digest(sent.body));
    });

    test('a bad name is refused and takes nobody down with it', async () => {
      const good = delivery();
      const bad = [
        { ...delivery(), guid: 'a\0b' },
        { ...delivery(), guid: '' },
        { ...delivery(), event: 'issues; drop' },
      ];
      const results = await Promise.allSettled([...bad, good].map(deliveries.receive));
      expect(results.map(({ status }) => status)).toEqual([
        'rejected',
        'rejected',
        'rejected',
        'fulfilled',
      ]);
    });

    test('those that never came are told from those that did', async () => {
      const sent = delivery();
      await deliveries.receive(sent);
      await deliveries.settle(sent.guid, 'ignored', '');
      const replayed = { ...delivery(sent.body) };
      await deliveries.receive(replayed);
      const never = [randomUUID(), randomUUID()];
      const asked = [never[0] ?? '', sent.guid, replayed.guid, never[1] ?? ''];
      expect(new Set(await deliveries.unknown(asked))).toEqual(new Set(never));
      expect(await deliveries.unknown([])).toEqual([]);
    });

    test('one that could not be answered counts as failed, whichever is known first', async () => {
      const [first, second] = [delivery(), delivery()];
      for (const { guid } of [first, second]) {
        await deliveries.receive(guid === first.guid ? first : second);
        const key = `label:${guid}`;
        if (guid === first.guid) await deliveries.unanswered(guid, 'archived');
        await deliveries.settle(guid, 'handled', 'answered', key);
        if (guid === second.guid) await deliveries.unanswered(guid, 'archived');
        expect((await deliveries.find(guid))?.state).toBe('failed');
        expect(await deliveries.settledSince(key, null)).toBe(true);
        expect(await deliveries.failed(1)).toMatchObject([{ guid, note: 'archived' }]);
      }
    });

    test('what one was about is known once it is settled', async () => {
      const [key, other] = [`comment:${randomUUID()}`, `comment:${randomUUID()}`];
      const sent = delivery();
      await deliveries.receive(sent);
      expect(await deliveries.settledSince(key, null)).toBe(false);
      await deliveries.settle(sent.guid, 'handled', 'It started task 1.', key);
      const receivedAt = new Date((await deliveries.find(sent.guid))?.receivedAt ?? '');
      expect(await deliveries.settledSince(key, null)).toBe(true);
      expect(await deliveries.settledSince(key, receivedAt)).toBe(true);
      expect(await deliveries.settledSince(key, new Date(receivedAt.getTime() + 1))).toBe(false);
      expect(await deliveries.settledSince(other, null)).toBe(false);
    });

    test('unsettled ones are found, the oldest first, until they are settled', async () => {
      const before = await deliveries.unsettled(0, 10_000);
      const sent = [delivery(), delivery(), delivery()];
      for (const one of sent) {
        await deliveries.receive(one);
        await sleep(2);
      }
      const [first, second, third] = sent.map(({ guid }) => guid);
      const fresh = async () =>
        (await deliveries.unsettled(0, 10_000)).filter(guid => !before.includes(guid));
      expect(await fresh()).toEqual([first, second, third]);
      expect(await deliveries.unsettled(60_000, 10)).toEqual([]);
      await deliveries.settle(second ?? '', 'handled', 'It started task 1.');
      await deliveries.settle(first ?? '', 'failed', 'nul \0');
      expect(await fresh()).toEqual([third]);
      expect(await deliveries.find(second ?? '')).toMatchObject({ state: 'handled' });
      expect(await deliveries.find(first ?? '')).toMatchObject({ state: 'failed' });
      await deliveries.settle(third ?? '', 'ignored', '');
      expect(await fresh()).toEqual([]);
    });

    test('one that is put off is unsettled and not due, and keeps no other waiting', async () => {
      const sent = [delivery(), delivery()];
      for (const one of sent) await deliveries.receive(one);
      const [first, second] = sent.map(({ guid }) => guid) as [string, string];
      await deliveries.putOff(first, { forMs: 60_000, failures: 1 });
      // Another process, which followed it at the same time.
      await deliveries.putOff(first, { forMs: 60_000, failures: 1 });
      const due = await deliveries.due(0, 10_000);
      expect(due).toContain(second);
      expect(due).not.toContain(first);
      expect(await deliveries.unsettled(0, 10_000)).toEqual(
        expect.arrayContaining([first, second]),
      );
      await deliveries.putOff(first, { forMs: 0, failures: 0 });
      expect(await deliveries.due(0, 10_000)).toContain(first);
      expect(await deliveries.find(first)).toMatchObject({ failures: 1 });
      expect(await deliveries.find(second)).toMatchObject({ failures: 0 });
      for (const guid of [first, second]) await deliveries.settle(guid, 'ignored', '');
      expect(await deliveries.due(0, 10_000)).not.toContain(first);
    });

    test('are counted by the way they came, and by what became of them', async () => {
      const since = new Date(Date.now() - 60_000);
      const before = await deliveries.counts(since);
      const [sent, fetched, found] = [delivery(), delivery(), delivery()];
      await deliveries.receive(sent);
      await deliveries.receive({ ...fetched, via: 'log' });
      await deliveries.receive({ ...found, via: 'search' });
      await deliveries.settle(fetched.guid, 'failed', 'forbidden');
      await deliveries.settle(found.guid, 'ignored', '');
      expect(await deliveries.counts(since)).toEqual({
        byWebhook: before.byWebhook + 1,
        fromLog: before.fromLog + 1,
        bySearch: before.bySearch + 1,
        failed: before.failed + 1,
        waiting: before.waiting + 1,
      });
      const later = await deliveries.counts(new Date(Date.now() + 60_000));
      expect(later).toEqual({ byWebhook: 0, fromLog: 0, bySearch: 0, failed: 0, waiting: 0 });
    });

    test('an old body is dropped once it is settled, and coming again it starts nothing', async () => {
      const [first, second] = [delivery(), delivery()];
      for (const one of [first, second]) await deliveries.receive(one);
      await deliveries.settle(first.guid, 'handled', 'It started task 1.');
      const later = new Date(Date.now() + 60_000);
      expect(await deliveries.withOldBody(new Date(0), 10_000)).toEqual([]);
      const old = await deliveries.withOldBody(later, 10_000);
      expect(old).toContain(first.guid);
      expect(old).not.toContain(second.guid);
      await deliveries.dropBodies([first.guid]);
      expect(await deliveries.find(first.guid)).toMatchObject({ body: null, state: 'handled' });
      expect(await deliveries.withOldBody(later, 10_000)).not.toContain(first.guid);
      expect(await deliveries.find(second.guid)).toMatchObject({ body: second.body });
      expect(await deliveries.receive(first)).toBe('duplicate');
      expect(await deliveries.receive(delivery(first.body))).toBe('replayed');
    });
  });
}
