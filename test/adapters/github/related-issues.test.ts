/** The issues of a milestone and those below another one: where a backlog comes from. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());

async function send(method: string, path: string, body: object) {
  const { owner, name } = environment.repository;
  const client = environment.github.as(environment.alice);
  const { status, data } = await client.request(method, `/repos/${owner}/${name}${path}`, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
  return data as { id: number; number: number };
}
const open = (title: string) => send('POST', '/issues', { title, body: '' });
const blocks = (blocker: { id: number }, { number }: { number: number }) =>
  send('POST', `/issues/${number}/dependencies/blocked_by`, { issue_id: blocker.id });

it('of a milestone are all its issues with what blocks each, the oldest first, and no other', async () => {
  const { repository, github, handle, gatehouse } = environment;
  const { facts } = gatehouse;
  const [schema, done, api, other] = [
    await open('Change the schema'),
    await open('Done before'),
    await open('Serve it'),
    await open('Of another milestone'),
  ];
  for (const { number } of [schema, done, api]) github.setMilestone(handle, number, '2.0');
  github.setMilestone(handle, other.number, '2.0.1');
  await blocks(schema, api);
  await blocks(other, api);
  await send('PATCH', `/issues/${done.number}`, { state: 'closed' });
  const none = { elsewhere: null, blockedBy: [] };
  const blocker = ({ number }: { number: number }, title: string) => ({
    number,
    title,
    isOpen: true,
    elsewhere: null,
  });
  expect(await facts.milestone(repository, '2.0', 200)).toEqual([
    { number: schema.number, title: 'Change the schema', isOpen: true, ...none },
    { number: done.number, title: 'Done before', isOpen: false, ...none },
    {
      number: api.number,
      title: 'Serve it',
      isOpen: true,
      elsewhere: null,
      blockedBy: [blocker(schema, 'Change the schema'), blocker(other, 'Of another milestone')],
    },
  ]);
  expect(await facts.milestone(repository, '2.0.1', 200)).toHaveLength(1);
  expect(await facts.milestone(repository, '2', 200)).toBeNull();
});

it('below an issue are its sub-issues alone, and an issue without any has none', async () => {
  const { repository, gatehouse } = environment;
  const [parent, child, grandchild] = [await open('All'), await open('A part'), await open('Less')];
  const below = (of: { number: number }, { id }: { id: number }) =>
    send('POST', `/issues/${of.number}/sub_issues`, { sub_issue_id: id });
  await below(parent, child);
  await below(child, grandchild);
  const found = await gatehouse.facts.subIssues(repository, parent.number, 200);
  expect(found.map(({ number }) => number)).toEqual([child.number]);
  expect(await gatehouse.facts.subIssues(repository, grandchild.number, 200)).toEqual([]);
});
