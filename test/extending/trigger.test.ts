/** A trigger is added as docs/extending.md says: a translation, a handler, and their row in the table. */
import { expect, test } from 'vitest';
import { meaningOf, on, TRIGGERS } from '../../src/compose/github/triggers.ts';
import { receive } from '../../src/engine/intake/receive.ts';
import { openServices } from '../engine/test-services.ts';
import { milestoneReached } from './trigger/milestone.ts';
import { onMilestoneReached } from './trigger/on-milestone.ts';

const TABLE = { ...TRIGGERS, 'milestone.edited': on(milestoneReached, onMilestoneReached) };
const APP = { id: 1, slug: 'gatehouse', botUserId: 99 };

const payloadWith = (openIssues: number, sender: number) => ({
  action: 'edited',
  repository: { id: 42, name: 'library', owner: { login: 'acme' } },
  installation: { id: 7 },
  sender: { id: sender, login: 'mona', type: 'User' },
  milestone: { number: 3, open_issues: openIssues },
});

test('the new trigger is followed, and the delivery settled with its natural key', async () => {
  const services = await openServices();
  try {
    const { deliveries, github } = services;
    const key = 'milestone:42:3';
    const body = Buffer.from(JSON.stringify(payloadWith(0, 1)));
    await deliveries.receive({ guid: 'guid-1', event: 'milestone', body });
    const read = (event: string, payload: unknown) => meaningOf({ event, payload }, APP, TABLE);
    expect(await deliveries.settledSince(key, null)).toBe(false);
    await receive({ ...services, github: { ...github, meaningOf: read } }, 'guid-1');
    expect(await deliveries.find('guid-1')).toMatchObject({ state: 'handled' });
    expect(await deliveries.settledSince(key, null)).toBe(true);
    expect(services.logged).toContainEqual({
      level: 'info',
      message: 'delivery',
      fields: expect.objectContaining({
        trigger: 'milestone_reached',
        note: 'milestone 3: 0 open tasks',
      }),
    });
  } finally {
    await services.close();
  }
});

test('what it does not mean starts nothing, and neither does what we did ourselves', async () => {
  const meant = (openIssues: number, sender: number) =>
    meaningOf({ event: 'milestone', payload: payloadWith(openIssues, sender) }, APP, TABLE);
  expect(await meant(2, 1)).toMatchObject({ ignored: 'not_used' });
  expect(await meant(0, APP.botUserId)).toMatchObject({ ignored: 'own' });
  expect(await meaningOf({ event: 'milestone', payload: payloadWith(0, 1) }, APP)).toMatchObject({
    ignored: 'not_used',
  });
});
