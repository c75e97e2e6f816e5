/** An issue that was transferred or deleted since it called: nothing is read or written anywhere else. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Target } from '../../../src/core/target.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());

let others = 0;

type Gone = { number: number; target: Target };

/** What can't be done about it is told; that it is acknowledged matters to nobody then. */
const ACTS: [string, (gone: Gone) => Promise<unknown>][] = [
  ['read', ({ number }) => environment.gatehouse.facts.issue(environment.repository, number)],
  [
    'answered',
    ({ target }) =>
      environment.gatehouse.writes.reply(
        environment.repository,
        target,
        { code: 'no_task', command: 'status' },
        'key',
      ),
  ],
];

it.each(ACTS)('that was transferred is not %s, not even where it is now', async (_, act) => {
  const { github, acme, alice, handle } = environment;
  // Whatever the token is narrowed to, what is public can be read with it.
  const other = await github.createRepository({
    owner: acme,
    name: `public-${++others}`,
    files: { 'README.md': '# Public\n' },
  });
  github.addCollaborator(other, alice, 'maintain');
  const number = await environment.openIssue(alice, 'It subtracts');
  const there = github.transferIssue(handle, number, other);
  const target: Target = { kind: 'issue', number };
  await expect(act({ number, target })).rejects.toMatchObject({ class: 'not_found' });
  await environment.gatehouse.writes.acknowledge(environment.repository, target);
  const { data } = await github
    .as(alice)
    .request('GET', `/repos/${other.fullName}/issues/${there}`);
  expect(data).toMatchObject({ comments: 0, reactions: { total_count: 0 } });
});

it.each(ACTS)('that was deleted is not %s, and that is not tried again', async (_, act) => {
  const number = await environment.openIssue(environment.alice, 'It subtracts');
  environment.github.deleteIssue(environment.handle, number);
  await expect(act({ number, target: { kind: 'issue', number } })).rejects.toMatchObject({
    class: 'not_found',
    lasting: true,
  });
});
