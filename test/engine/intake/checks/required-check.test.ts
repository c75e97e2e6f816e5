/** Heads of forks on which our check is required are reported on as often as people work, and not as often as they can. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Account } from '../../../../src/core/actor.ts';
import { receive } from '../../../../src/engine/intake/receive.ts';
import { REPOSITORY } from '../../github.ts';
import { openServices, type TestServices } from '../../test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

let pushes = 0;
/** Somebody pushes, and our check is required; whether a check on that head is asked for. */
async function push(by: Account, fork: boolean): Promise<boolean> {
  pushes += 1;
  const guid = `push-${pushes}`;
  const of = { repository: REPOSITORY, pull: 5, head: `${pushes}`.padStart(40, '0'), base: 'main' };
  const at = '2026-12-01T10:00:00Z';
  const trigger = { kind: 'head_moved', key: null, ...of, fork, at, by, own: false };
  const body = Buffer.from(JSON.stringify(trigger));
  await services.deliveries.receive({ guid, event: 'test', body });
  const facts = { ...services.github.facts, requiresOurs: async () => true };
  await receive({ ...services, github: { ...services.github, facts } }, guid);
  expect(await services.deliveries.find(guid)).toMatchObject({ state: 'handled' });
  const events = await services.events({ kind: 'delivery', id: guid });
  return events.some(({ type }) => type === 'check.requested');
}

const account = (id: number): Account => ({ id, login: `p${id}`, type: 'User' });

async function reported(by: Account, times: number): Promise<number> {
  const asked: boolean[] = [];
  for (let n = 0; n < times; n += 1) asked.push(await push(by, true));
  return asked.filter(Boolean).length;
}

it('twenty in an hour of one person, sixty of all, and no limit to those of the repository', async () => {
  expect(await reported(account(801), 21)).toBe(20);
  // Others have pushed as well meanwhile.
  const hour = [{ spanMs: 3_600_000, limit: 60 }];
  const { id, installation } = REPOSITORY;
  for (let n = 0; n < 39; n += 1)
    expect(await services.quotas.take(`heads:${installation}:${id}`, hour)).toBe(0);
  expect(await reported(account(802), 2)).toBe(1);
  expect(await push(account(801), false)).toBe(true);
});
