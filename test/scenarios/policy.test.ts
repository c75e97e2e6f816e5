/** A repository's own rules, from a pull request that changes them to the work that they hold. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import { AUTONOMOUS, FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({
    ...AUTONOMOUS,
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts'),
  });
});
afterAll(() => environment.close());

type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

/** Somebody proposes these files. */
async function propose(scenario: Scenario, files: Record<string, string>) {
  const branch = `rules-${Math.floor(performance.now())}`;
  const author = environment.users.rey;
  const sha = await environment.github.push(scenario.repository, {
    branch,
    changes: files,
    message: 'Change the rules',
    author,
  });
  const answer = await environment.github
    .as(author)
    .request('POST', `${scenario.at}/pulls`, { title: 'Rules', head: branch, base: 'main' });
  return { number: (answer.data as { number: number }).number, sha };
}

const policyCheck = (scenario: Scenario, sha: string) =>
  until('the check run gatehouse/policy', async () => {
    const { check_runs } = await scenario.mona.get(
      `/commits/${sha}/check-runs?check_name=gatehouse%2Fpolicy`,
    );
    return check_runs[0] ?? null;
  });

const FROZEN = `@id("frozen")
@reason("sum.js is frozen until the release.")
@approvers("a maintainer of the repository")
forbid (principal, action == Action::"file.write", resource == Path::"sum.js")
when { context.gate == "merge" }
unless { context.approvals.maintainers >= 1 };
`;

it('says on the pull request which past decisions would flip, and holds the next work once merged', async () => {
  const scenario = await environment.scenario();
  const first = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(first.number, 'agent:fix');
  await scenario.when('the end', view => view.status === 'success');

  const { number, sha } = await propose(scenario, { '.github/gatehouse.cedar': FROZEN });
  const check = await policyCheck(scenario, sha);
  expect(check).toMatchObject({ conclusion: 'neutral', app: { slug: 'gatehouse' } });
  expect(check.output.title).toMatch(/^Valid, [1-9]\d* past decisions? would flip$/);
  expect(check.output.text).toContain('allowed → needs approval');
  const annotations = await scenario.mona.get(`/check-runs/${check.id}/annotations`);
  expect(annotations[0]).toMatchObject({ path: '.github/gatehouse.cedar', start_line: 1 });

  await scenario.mona.approve(number);
  await environment.github
    .as(environment.users.rey)
    .request('PUT', `${scenario.at}/pulls/${number}/merge`, {});
  await environment.github.push(scenario.repository, {
    branch: 'main',
    changes: { 'sum.js': FILES['sum.js'] ?? '' },
    message: 'Break it again',
    author: environment.users.mona,
  });
  const second = await scenario.mona.open('It subtracts again', 'Two and two is four.');
  await scenario.mona.label(second.number, 'agent:fix');
  const view = await scenario.when(
    'the request',
    view => view.issue === second.number && view.approval?.status === 'requested',
  );
  expect(view.approval?.reasons[0]).toMatch(/sum\.js is frozen until the release/);
  expect(view.decisions.at(-1)?.policies).toContain('repository:frozen');
});

it('tries its rules in observe mode: they are recorded and shown, and nothing is held', async () => {
  const scenario = await environment.scenario({
    ...FILES,
    '.github/gatehouse.yml': `mode: observe\n${FILES['.github/gatehouse.yml']}`,
    '.github/gatehouse.cedar': FROZEN,
  });
  const issue = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue.number, 'agent:fix');
  const view = await scenario.when('the end', v => v.status === 'success');
  const merge = view.decisions.findLast(({ action }) => action === 'pr.merge');
  expect(merge).toMatchObject({
    outcome: 'allow',
    observed: { outcome: 'require_approval', policies: ['repository:frozen'] },
  });
  const { output } = await scenario.check(view.pull?.head ?? '');
  expect(output.text).toMatch(
    /### Observed policies[\s\S]*allowed \| needs approval \| sum\.js is/,
  );
});

it('names the place of a fault, and starts nothing while the default branch has one', async () => {
  const scenario = await environment.scenario();
  const faulty = { '.github/gatehouse.yml': 'commands:\n  test: [node, test.js]\nlimit: 3\n' };
  const { sha } = await propose(scenario, faulty);
  const check = await policyCheck(scenario, sha);
  expect(check.conclusion).toBe('failure');
  expect(await scenario.mona.get(`/check-runs/${check.id}/annotations`)).toMatchObject([
    { path: '.github/gatehouse.yml', start_line: 3, annotation_level: 'failure' },
  ]);
  await environment.github.push(scenario.repository, {
    branch: 'main',
    changes: faulty,
    message: 'All the same',
    author: environment.users.mona,
  });
  const { commit } = await scenario.mona.get('/branches/main');
  const shown = await policyCheck(scenario, commit.sha);
  expect(shown.conclusion).toBe('failure');
  expect(shown.output.summary).toContain('no work starts and nothing is published');
  const issue = await scenario.mona.open('It subtracts', '');
  await scenario.mona.label(issue.number, 'agent:fix');
  expect(await scenario.said(issue.number, /gatehouse\.yml/)).toMatch(/line 3.*limit.*limits/s);
});
