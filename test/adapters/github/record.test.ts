/** GitHub's own memory, read by the App from the local GitHub. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.end());

const AGO = (ms: number) => new Date(Date.now() - ms);
const failed = async (since: Date) =>
  (await Array.fromAsync(scene.gatehouse.record.failedDeliveries(since))).flat();

it('tells the deliveries that nobody took, newest first, with what they carried', async () => {
  const number = await scene.openIssue(scene.alice, 'It subtracts');
  await scene.comment(scene.alice, number, 'Two and two is four.');
  await scene.github.idle();
  const sent = scene.github.deliveries();
  const entries = await failed(AGO(60_000));
  expect(entries).toEqual(sent.map(({ id, guid, event }) => ({ id, guid, event })).toReversed());
  for (const { id } of entries) {
    const payload = await scene.gatehouse.record.payload(id);
    const original = sent.find(delivery => delivery.id === id)?.payload ?? '';
    expect(JSON.parse(`${payload}`)).toEqual(JSON.parse(original));
  }
});

it('reads page after page, and stops where they are too old', async () => {
  const before = scene.github.deliveries().length;
  const since = new Date();
  const number = await scene.openIssue(scene.bob, 'Many words');
  for (let n = 0; n < 120; n += 1)
    await scene.as(n % 2 ? scene.alice : scene.bob, 'PATCH', `/issues/${number}`, {
      title: `Word ${n}`,
    });
  await scene.github.idle();
  const later = scene.github.deliveries().slice(before);
  expect(later.length).toBeGreaterThan(100);
  const entries = await failed(since);
  expect(entries.map(({ id }) => id)).toEqual(later.map(({ id }) => id).toReversed());
});

it('says so where GitHub does not answer', async () => {
  scene.github.faults.api({ match: 'apps/list-webhook-deliveries', status: 502 });
  await expect(failed(AGO(60_000))).rejects.toMatchObject({
    class: 'server',
    message: expect.stringContaining('log of deliveries'),
  });
  await expect(scene.gatehouse.record.payload(1)).rejects.toMatchObject({ class: 'not_found' });
});
