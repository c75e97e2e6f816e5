/** A body that came before is followed once more where GitHub's log has its GUID, and nowhere else. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliveryEntry } from '../../../src/engine/ports/github-record.ts';
import { confirmRepeated } from '../../../src/engine/reconcile/repeated-deliveries.ts';
import { openServices, type TestServices } from '../test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

const BODY = Buffer.from('{"action":"unsuspend"}');
const log: DeliveryEntry[] = [];
const told: string[] = [];
let asked = 0;
let isDown = false;
const poll = (afterMs = 0) =>
  confirmRepeated({
    ...services,
    clock: { now: () => new Date(Date.now() + afterMs) },
    github: {
      ...services.github,
      record: {
        ...services.github.record,
        async *deliveries(_, which) {
          expect(which).toBe('all');
          asked += 1;
          if (isDown) throw new Error('the log can not be read');
          yield log;
        },
        payload: async () => BODY,
      },
    },
    delivered: async guid => void told.push(guid),
  })(new AbortController().signal);

/** As a webhook brings it, with the name of an event that the signature does not cover. */
async function receive(event = 'installation'): Promise<string> {
  const guid = randomUUID();
  await services.deliveries.receive({ guid, event, body: BODY });
  return guid;
}
const stateOf = async (guid: string) => (await services.deliveries.find(guid))?.state;

it('asks GitHub only where there is a doubt, and follows what is its own, in order', async () => {
  const first = await receive();
  await services.deliveries.settle(first, 'handled', '');
  expect(await poll()).toBe(0);
  expect(asked).toBe(0);

  const [second, forged, third] = [await receive(), await receive('issues'), await receive()];
  for (const guid of [first, second, third])
    log.unshift({ id: String(log.length + 1), guid, event: 'installation', action: 'unsuspend' });
  expect(await poll()).toBe(2);
  expect(told).toEqual([second, third]);
  expect(await Promise.all([second, third, forged].map(stateOf))).toEqual([
    'stored',
    'stored',
    'ignored',
  ]);
  // The log may lag: what is not in it yet is asked for again, and what is followed is not.
  log.unshift({ id: '9', guid: forged, event: 'installation', action: 'unsuspend' });
  expect(await poll()).toBe(1);
  expect(await services.deliveries.find(forged)).toMatchObject({ event: 'installation' });
  expect(await poll()).toBe(0);
  expect(asked).toBe(2);
});

it('keeps a doubt until the log could be read, and has none about what the log lacks by then', async () => {
  const [again, forged] = [await receive(), await receive('issues')];
  isDown = true;
  await expect(poll(20 * 60_000)).rejects.toThrow('can not be read');
  isDown = false;
  log.unshift({ id: '20', guid: again, event: 'installation', action: 'unsuspend' });
  expect(await poll(20 * 60_000)).toBe(1);
  expect(await Promise.all([again, forged].map(stateOf))).toEqual(['stored', 'ignored']);
  const before = asked;
  log.unshift({ id: '21', guid: forged, event: 'installation', action: 'unsuspend' });
  expect(await poll(20 * 60_000)).toBe(0);
  expect(asked).toBe(before);
});
