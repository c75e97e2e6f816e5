/** Repositories whose rules want signed commits: GitHub makes ours itself, and signs them. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Protection } from '../simulator/world/build.ts';
import { openScenarios, type ScenarioEnvironment, UNTESTED } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

type Commit = {
  sha: string;
  commit: { verification: { verified: boolean } };
  parents: { sha: string }[];
};
type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

/** Works an issue until it is merged, and reads what our commit is to GitHub. */
async function merged(scenario: Scenario) {
  const { pull, head } = await scenario.waiting();
  const { commit, parents, author } = await scenario.mona.get(`/commits/${head}`);
  expect((await scenario.view()).pull?.head).toBe(head);
  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');
  expect((await scenario.mona.get(`/pulls/${pull}`)).merged).toBe(true);
  return { commit, parents, author };
}

const MAIN: [string, Protection][] = [
  ['a ruleset of the base', { signatures: true }],
  ['classic protection of the base', { signatures: 'classic' }],
];

it.concurrent.each(MAIN)('has its commits signed where %s wants it', async (_by, protection) => {
  const scenario = await environment.scenario(UNTESTED);
  const base = (await scenario.mona.get('/branches/main')).commit.sha;
  environment.github.protectBranch(scenario.repository, 'main', protection);
  const { commit, parents, author } = await merged(scenario);
  expect(commit.verification).toMatchObject({ verified: true });
  expect(parents.map(({ sha }: { sha: string }) => sha)).toEqual([base]);
  expect(author.login).toBe(environment.app.botUser.login);
  expect(commit.message).toMatch(/\n\nGatehouse-Task: .+\nCo-authored-by: mona <.+>$/);
});

it.concurrent('has them signed where only a rule of its own branches wants it, a merge of the base too', async () => {
  const scenario = await environment.scenario(UNTESTED);
  environment.github.requireSignatures(scenario.repository, 'gatehouse/');
  const first = await scenario.waiting();
  const base = await environment.github.push(scenario.repository, {
    branch: 'main',
    changes: { 'sum.js': 'export const sum = (a, b) => a - b; // to be corrected\n' },
    message: 'Say what is to be done',
    author: environment.users.mona,
  });
  await scenario.rey.approve(first.pull);
  await scenario.when('a merge commit', v => v.round === 2 && v.pull?.head !== first.head);
  const { pull } = await scenario.when('a request', v => v.approval?.status === 'requested');
  const { commits } = await scenario.mona.get(`/compare/main...${pull?.head}`);
  expect(
    commits.map(({ sha, commit, parents }: Commit) => [
      sha,
      commit.verification.verified,
      parents.at(-1)?.sha,
    ]),
  ).toEqual([
    [first.head, true, expect.any(String)],
    [pull?.head, true, base],
  ]);
  await scenario.rey.approve(first.pull);
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('pushes by git where nobody wants signatures', async () => {
  const { commit } = await merged(await environment.scenario(UNTESTED));
  expect(commit.verification).toMatchObject({ verified: false });
});
