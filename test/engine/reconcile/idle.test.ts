/** What an hour costs in which nothing happens: 40 repositories, ten of them with an open pull request. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { INTERVALS, nextPace } from '../../../src/engine/reconcile/intervals.ts';
import { findMissedEvents } from '../../../src/engine/reconcile/missed-events.ts';
import { type GitHubEnvironment, openEnvironment } from '../../adapters/github/environment.ts';
import { openServices, type TestServices } from '../test-services.ts';

const HOUR = 3_600_000;

let environment: GitHubEnvironment;
let services: TestServices;
beforeAll(async () => {
  [environment, services] = await Promise.all([openEnvironment(), openServices()]);
});
afterAll(async () => {
  await services.close();
  await environment.close();
});

async function fill(): Promise<void> {
  const { github, alice, app, installation } = environment;
  const owner = github.createOrganization('idle', alice);
  github.uninstallApp(installation);
  // Whatever happens after that may have been missed.
  github.installApp(app, owner, 'all');
  for (let n = 0; n < 40; n += 1) {
    const repository = await github.createRepository({ owner, name: `r${n}`, files: { a: 'a' } });
    const ask = (path: string, body: object) =>
      github.as(alice).request('POST', `/repos/idle/r${n}${path}`, body);
    await ask('/issues', { title: 'It subtracts' });
    if (n % 4 > 0) continue;
    const changes = { b: 'b' };
    await github.push(repository, { branch: 'topic', changes, message: 'B', author: alice });
    await ask('/pulls', { title: 'B', head: 'topic', base: 'main' });
  }
}

it('takes fewer than 120 requests as the installation, the first look included', async () => {
  await fill();
  let at = Date.now();
  const poll = findMissedEvents({
    ...services,
    github: { ...services.github, record: environment.gatehouse.record },
    clock: { now: () => new Date(at) },
    delivered: async () => {},
    graceMs: undefined,
  });
  const asked = () =>
    environment.github.requests().filter(({ by }) => by === 'installation').length;
  const before = asked();
  const [everyMs, end] = [INTERVALS.eventsMs, at + HOUR];
  for (let paceMs = everyMs; at < end; ) {
    const found = await poll(new AbortController().signal);
    expect(found).toBe(0);
    at += paceMs;
    paceMs = nextPace(paceMs, found, { everyMs, slowestMs: 5 * everyMs });
  }
  expect(asked() - before).toBeLessThan(120);
});
