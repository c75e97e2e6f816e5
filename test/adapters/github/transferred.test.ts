/** A repository that is transferred, or that we are shut out of: it can be reached where we are let in, and is waited for where not. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Repository } from '../../../src/core/actor.ts';
import { NotInstalled } from '../../../src/engine/ports/github.ts';
import { type GitHubEnvironment, openEnvironment } from './environment.ts';

let environment: GitHubEnvironment;
beforeAll(async () => {
  environment = await openEnvironment();
});
afterAll(() => environment.close());

it('is not ours while its new owner lacks the App, and is found once they have it', async () => {
  const { github, gatehouse, repository, handle, alice, app } = environment;
  const owner = github.createOrganization('elsewhere', alice);
  github.transferRepository(handle, owner);
  await expect(gatehouse.facts.defaultBranch(repository)).rejects.toBeInstanceOf(NotInstalled);
  const installation = github.installApp(app, owner, 'all');
  await gatehouse.facts.told('installation', { installation: { id: repository.installation } });
  expect(await gatehouse.facts.defaultBranch(repository)).toMatchObject({ owner: 'elsewhere' });
  const { token } = await gatehouse.facts.remote(repository, 'write');
  expect(await token()).toEqual(expect.any(String));
  expect(installation.id).not.toBe(repository.installation);
});

type Writes = GitHubEnvironment['gatehouse']['writes'];
type There = { writes: Writes; repository: Repository; issue: number; sha: string; tree: string };

let count = 0;
const fresh = async () => {};
const WRITES: Record<string, (at: There) => Promise<unknown>> = {
  'an answer': ({ writes, repository, issue }) =>
    writes.reply(repository, { kind: 'issue', number: issue }, { code: 'help' }, `k${++count}`),
  'a label': ({ writes, repository, issue }) =>
    writes.addLabels(repository, issue, [`label ${++count}`]),
  'a deployment': ({ writes, repository, sha }) =>
    writes.deploy(repository, {
      ...{ key: `k${++count}`, environment: 'live', commit: sha, workflow: null, inputs: {} },
      ...{ namesCommit: false, branch: 'main', fresh },
    }),
  'a signed commit': ({ writes, repository, sha, tree }) =>
    writes.commitSigned(
      repository,
      {
        ...{ branch: `work-${++count}`, expected: null, parents: [sha] as [string], tree },
        ...{ changes: { base: tree, entries: [] }, message: 'Nothing' },
      },
      fresh,
    ),
};

it.each(Object.entries(WRITES))(
  'is followed by %s, by a token of before, where it is public and its facts can still be read',
  async (_what, write) => {
    const { github, gatehouse, alice, app } = environment;
    const [first, without, with_] = ['first', 'without', 'with'].map(name =>
      github.createOrganization(`${name}-${++count}`, alice),
    ) as [typeof environment.acme, typeof environment.acme, typeof environment.acme];
    const made = await github.createRepository({ owner: first, name: 'open', files: { a: 'a' } });
    const { id: installation } = github.installApp(app, first, 'all');
    const repository = { id: made.id, owner: first.login, name: 'open', installation };
    const as = github.as(alice);
    const { data: opened } = await as.request('POST', `/repos/${made.fullName}/issues`, {
      title: 'One',
    });
    const { data: main } = await as.request('GET', `/repos/${made.fullName}/branches/main`);
    const { sha, commit } = main.commit;
    const at = {
      ...{ writes: gatehouse.writes, repository, issue: opened.number },
      ...{ sha, tree: commit.tree.sha },
    };
    const before = await write(at);

    github.transferRepository(made, without);
    await expect(write(at)).rejects.toBeInstanceOf(NotInstalled);

    github.installApp(app, with_, 'all');
    github.transferRepository(made, with_);
    const outcomeOf = (written: unknown) => (written as { outcome?: string } | undefined)?.outcome;
    expect(outcomeOf(await write(at))).toBe(outcomeOf(before));
  },
);

it('asks on as soon as it is let in again: what GitHub counts of strangers is not of our hour', async () => {
  const own = await openEnvironment();
  const { github, gatehouse, installation, repository } = own;
  await gatehouse.facts.defaultBranch(repository);
  const suspended = async (on: boolean) => {
    github.suspendInstallation(installation, on);
    await gatehouse.facts.told('installation', { installation: { id: installation.id } });
  };
  await suspended(true);
  // Its answers to a token that it does not take speak of the sixty requests of an unknown address.
  for (let tries = 0; tries < 3; tries++)
    await expect(gatehouse.facts.defaultBranch(repository)).rejects.toBeInstanceOf(NotInstalled);
  await suspended(false);
  expect(await gatehouse.facts.defaultBranch(repository)).toMatchObject({ owner: 'acme' });
  await own.close();
});
