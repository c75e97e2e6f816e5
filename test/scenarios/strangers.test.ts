/** What strangers write costs them, and nobody else: no event of a task, no request, no merge delayed. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import { openScenarios, type ScenarioEnvironment, UNTESTED_WITHOUT_CI } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

/** Everything that was delivered about the repository is followed. */
const allFollowed = ({ repository }: Scenario) =>
  until('every delivery to be followed', async () => {
    await environment.github.idle();
    const { deliveries } = environment.gatehouse.parts;
    const sent = environment.github
      .deliveries()
      .filter(({ repositoryId }) => repositoryId === repository.id);
    for (const { guid } of sent)
      if ((await deliveries.find(guid))?.state === 'stored') return false;
    return true;
  });

const stillShown = async ({ mona }: Scenario, number: number): Promise<{ body: string }[]> =>
  (
    await Promise.all(
      [1, 2, 3].map(page => mona.get(`/issues/${number}/comments?per_page=100&page=${page}`)),
    )
  ).flat();

/** What we asked GitHub in the name of its installations. */
const asked = () => environment.github.requests().filter(({ by }) => by === 'installation');

const streamsOf = async () => {
  const counts = new Map<string, number>();
  for await (const { kind } of environment.gatehouse.parts.log.streams())
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
};

it('six of them write 40 approvals each, and the one of a maintainer is merged', async () => {
  const { github } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { pull } = await scenario.waiting();
  await until('the request to be posted', async () => {
    const posted = await scenario.events('approval.posted');
    return posted.length > 0;
  });
  await allFollowed(scenario);
  const stood = (await scenario.view()).audit.events;
  const streams = await streamsOf();
  const before = asked().length;

  const logins = ['ada', 'bo', 'cy', 'dee', 'eve', 'fay'];
  const strangers = logins.map(login => github.createUser(login, {}));
  await Promise.all(
    strangers.map(async stranger => {
      for (let n = 0; n < 40; n += 1) {
        const body = n % 2 === 0 ? '/agent approve' : '/agent fix\n\n/agent deny';
        const path = `${scenario.at}/issues/${pull}/comments`;
        const { status, data } = await github.as(stranger).request('POST', path, { body });
        if (status !== 201) throw new Error(JSON.stringify(data));
        // What was never answered costs nothing where it changes either.
        const comment = `${scenario.at}/issues/comments/${data.id}`;
        if (n % 10 === 1) await github.as(stranger).request('PATCH', comment, { body: 'Hm.' });
        if (n % 10 === 2) await github.as(stranger).request('DELETE', comment);
      }
      for (const event of ['REQUEST_CHANGES', 'APPROVE', 'COMMENT'])
        await github
          .as(stranger)
          .request('POST', `${scenario.at}/pulls/${pull}/reviews`, { event, body: 'I think so.' });
    }),
  );
  const told = await until('everybody to be told', async () => {
    const comments = await stillShown(scenario, pull);
    const answers = comments.filter(({ body }) => /it takes the role/.test(body));
    const [answer] = answers;
    const all = answer && logins.every(login => answer.body.includes(`\`${login}\``));
    return all ? answers : null;
  });
  await allFollowed(scenario);
  expect(told).toHaveLength(1);
  expect((await scenario.view()).audit.events).toBe(stood);
  // One stream has all of them; no delivery of theirs has one.
  expect(await streamsOf()).toEqual(
    new Map(streams).set('callers', (streams.get('callers') ?? 0) + 1),
  );
  expect(asked().length - before).toBeLessThan(50);

  const waiting = asked().length;
  await scenario.rey.approve(pull);
  const merged = await scenario.when('the end', ({ status }) => status === 'success');
  expect(merged.approvals[0]).toMatchObject({ by: [{ login: 'rey' }], refused: [] });
  // As many as without them.
  expect(asked().length - waiting).toBeLessThan(80);
});

it('counts what somebody says from when they have a say', async () => {
  const { github, users } = environment;
  const scenario = await environment.scenario(UNTESTED_WITHOUT_CI);
  const { pull } = await scenario.waiting();
  await scenario.otto.comment(pull, '/agent deny');
  await scenario.said(pull, /it takes the role/);
  expect((await scenario.view()).objections).toEqual([]);
  github.addCollaborator(scenario.repository, users.otto, 'write');
  await until('their word to count', async () => {
    await scenario.otto.comment(pull, '/agent deny');
    await allFollowed(scenario);
    return (await scenario.view()).objections.length > 0;
  });
  expect((await scenario.view()).objections).toMatchObject([{ login: 'otto' }]);
  // Whoever has none any more may take back what they said, and the maintainer's approval counts.
  await scenario.otto.comment(pull, '/agent approve');
  await scenario.when('no objection', ({ objections }) => objections.length === 0);
  await scenario.rey.approve(pull);
  await scenario.when('the end', ({ status }) => status === 'success');
});
