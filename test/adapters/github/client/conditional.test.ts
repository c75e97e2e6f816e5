import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConditional } from '../../../../src/adapters/github/client/conditional.ts';
import { type GitHubEnvironment, openEnvironment } from '../environment.ts';

let environment: GitHubEnvironment;
let facts: GitHubEnvironment['gatehouse']['facts'];
beforeAll(async () => {
  environment = await openEnvironment();
  facts = environment.gatehouse.facts;
});
afterAll(() => environment.close());

/** What the installation was answered meanwhile. */
async function answeredTo(work: () => Promise<unknown>) {
  const before = environment.github.requests().length;
  await work();
  const all = environment.github.requests().slice(before);
  return all.filter(({ by }) => by === 'installation');
}

describe('what was read before', () => {
  it('costs nothing where it has not changed, and is the same', async () => {
    const { branch, sha } = await environment.openPull();
    const { repository } = environment;
    expect(await facts.branch(repository, branch)).toBe(sha);
    const again = await answeredTo(async () => {
      expect(await facts.branch(repository, branch)).toBe(sha);
    });
    expect(again.map(({ operation, status, cost }) => [operation, status, cost])).toEqual([
      ['git/get-ref', 304, 0],
    ]);
  });

  it('is read anew where it has', async () => {
    const { github, handle, repository, bob } = environment;
    const { branch } = await environment.openPull();
    await facts.branch(repository, branch);
    const change = { branch, changes: { 'src/a.js': 'a' }, message: 'Change', author: bob };
    const sha = await github.push(handle, change);
    expect(await facts.branch(repository, branch)).toBe(sha);
  });

  it('costs nothing either before something is acted on', async () => {
    const { repository, bob } = environment;
    const look = async () => {
      await facts.renew(repository);
      await facts.role(repository, bob);
      await facts.requiresOurs(repository, 'main');
      await facts.defaultBranch(repository);
    };
    await look();
    const again = await answeredTo(look);
    expect(again.length).toBeGreaterThan(3);
    expect(again.reduce((sum, { cost }) => sum + cost, 0)).toBe(0);
  });

  it('is known to the other processes’ token as well, and to each writing one apart', async () => {
    const { repository } = environment;
    const number = await environment.openIssue(environment.bob, 'Known');
    const answer = { code: 'help' as const };
    const target = { kind: 'issue' as const, number };
    await environment.gatehouse.writes.reply(repository, target, answer, 'one');
    await environment.gatehouse.writes.reply(repository, target, answer, 'one');
    const again = await answeredTo(() =>
      environment.gatehouse.writes.reply(repository, target, answer, 'one'),
    );
    expect(again.every(({ cost }) => cost === 0)).toBe(true);
  });
});

it('what is read is the repository of that id, whoever has its name by now', async () => {
  const other = await openEnvironment();
  const { github, acme, handle, app, repository, alice } = other;
  const mallory = github.createUser('mallory');
  github.installApp(app, acme, 'all');
  expect(await other.gatehouse.facts.role(repository, mallory)).toBe('none');
  github.renameRepository(handle, 'archive');
  const taken = await github.createRepository({
    owner: acme,
    name: 'library',
    private: true,
    files: { 'README.md': '# Taken\n' },
  });
  github.addCollaborator(taken, mallory, 'admin');
  // Nothing told us of either.
  await other.gatehouse.facts.told('member', { installation: { id: repository.installation } });
  expect(await other.gatehouse.facts.role(repository, mallory)).toBe('none');
  expect(await other.gatehouse.facts.role(repository, alice)).toBe('admin');
  await other.close();
});

describe('answers that are kept with their ETag', () => {
  const answer = (data: unknown, headers: Record<string, string> = { etag: 'W/"1"' }) => ({
    status: 200,
    url: 'https://api.github.com/x',
    headers,
    data,
  });

  it('are copies, with the way to the next page', () => {
    const conditional = createConditional();
    const data = { total_count: 1, items: [{ id: 1 }] };
    conditional.answered('x', answer(data, { etag: 'W/"1"', link: '<next>; rel="next"' }));
    data.items.pop();
    const known = conditional.known('x');
    expect(known?.etag).toBe('W/"1"');
    expect(known?.answer()).toMatchObject({
      status: 200,
      headers: { link: '<next>; rel="next"' },
      data: { total_count: 1, items: [{ id: 1 }] },
    });
  });

  it('are the same with numbers that JavaScript has no room for', () => {
    const conditional = createConditional();
    const data = { payload: { at: 1_767_225_600_000_000_001n } };
    conditional.answered('x', answer(data));
    expect(conditional.known('x')?.answer().data).toEqual(data);
  });

  it.each([
    ['has no ETag', answer({}, {})],
    ['is no JSON', answer(new ArrayBuffer(1))],
    ['is text', answer('text')],
    [
      "can't be written",
      answer({
        toJSON: () => {
          throw new Error('no');
        },
      }),
    ],
    ['is too large', answer({ text: 'x'.repeat(600_000) })],
  ])('are none where one %s, and what was known is not known any more', (_why, given) => {
    const conditional = createConditional();
    conditional.answered('x', answer({}));
    conditional.answered('x', given);
    expect(conditional.known('x')).toBeNull();
  });

  it('are bounded in bytes together: what was used longest ago goes', () => {
    const conditional = createConditional(1_000);
    for (const name of ['a', 'b', 'c'])
      conditional.answered(name, answer({ text: 'ü'.repeat(200) }));
    expect(['a', 'b', 'c'].map(name => conditional.known(name) !== null)).toEqual([
      false,
      true,
      true,
    ]);
  });
});
