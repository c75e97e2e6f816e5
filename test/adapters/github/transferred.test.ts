/** A private repository of an owner without the App: it can be reached once they have it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
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
