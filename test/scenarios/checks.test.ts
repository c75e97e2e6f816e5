/** A merge waits for CI: check runs and commit statuses, those that have not begun too, within a bound. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScenarios, type ScenarioEnvironment, UNTESTED } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

const status = (scenario: Scenario, sha: string, context: string, state: string) =>
  scenario.mona.request('POST', `/statuses/${sha}`, { context, state });

type Preparation = { ran?: boolean; prepare?: (on: Scenario) => void | Promise<void> };

/** A workflow of Actions ran on the base's last commit, with one job that bears its name. */
async function ranOnBase({ mona, repository }: Scenario, event: string, name: string) {
  const { sha } = (await mona.get('/branches/main')).commit;
  const path = `.github/workflows/${name}.yml`;
  const { github } = environment;
  const run = github.startWorkflow(repository, { path, event, branch: 'main', sha });
  await github.reportJob(repository, run, { name });
}

/** A repository whose base Jenkins reported on, and a pull request that a maintainer has approved. */
async function approved(files = UNTESTED, { ran = true, prepare = () => {} }: Preparation = {}) {
  const scenario = await environment.scenario(files);
  await prepare(scenario);
  const tip: { commit: { sha: string } } = await scenario.mona.get('/branches/main');
  if (ran) await status(scenario, tip.commit.sha, 'ci/jenkins', 'success');
  const issue = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue.number, 'agent:fix');
  const open = await scenario.when('a pull request', v => v.pull !== null && !v.pull.draft);
  if (!open.pull) throw new Error('there is no pull request');
  await scenario.rey.approve(open.pull.number);
  return { scenario, pull: open.pull.number, head: open.pull.head };
}

it.concurrent('waits for what has not begun, is held by what turns red, and merges once all is green', async () => {
  // Where CI starts no work, people are asked.
  const config = `${UNTESTED['.github/gatehouse.yml']}`.replace('ci: true', 'ci: false');
  const files = { ...UNTESTED, '.github/gatehouse.yml': config };
  // What a schedule or a release has started on the base comes to no pull request.
  const prepare = async (on: Scenario) => {
    await ranOnBase(on, 'schedule', 'nightly');
    await ranOnBase(on, 'release', 'publish');
  };
  const { scenario, pull, head } = await approved(files, { prepare });
  await scenario.when('to wait', v => /waits for checks: ci\/jenkins\./.test(v.reason));
  const build = { name: 'build', headSha: head } as const;
  await environment.github.reportCheckRun(scenario.repository, { ...build, status: 'in_progress' });
  // What begins meanwhile is named.
  await scenario.when('to name both', v => /waits for checks: build, ci\/jenkins\./.test(v.reason));
  await status(scenario, head, 'e2e', 'pending');
  await scenario.when('to name all', v => /checks: build, ci\/jenkins, e2e\./.test(v.reason));
  await status(scenario, head, 'e2e', 'success');
  await status(scenario, head, 'ci/docs', 'success');
  await status(scenario, head, 'ci/jenkins', 'success');
  await scenario.when('to wait for the build', v => /waits for checks: build\./.test(v.reason));

  await status(scenario, head, 'ci/jenkins', 'error');
  // Who approved before it failed has not said that it may be merged all the same.
  await scenario.when(
    'a request about the check',
    v =>
      v.approval?.status === 'requested' &&
      v.approval.reasons.includes('A check on the head fails.') &&
      v.approval.reasons.includes('Failing: ci/jenkins.'),
  );
  expect(await scenario.said(pull, /before the checks of this head failed/)).toContain('rey');

  await environment.github.reportCheckRun(scenario.repository, { ...build, conclusion: 'success' });
  await status(scenario, head, 'ci/jenkins', 'success');
  await scenario.when('the end', v => v.status === 'success');
  // Our check is never reopened while the merge waits: GitHub would list each opening as a run.
  const all = `/commits/${head}/check-runs?check_name=gatehouse&filter=all`;
  expect((await scenario.mona.get(all)).check_runs).toHaveLength(1);
});

it.concurrent('asks a person once it has waited for as long as the repository says', async () => {
  const config = `${UNTESTED['.github/gatehouse.yml']}checks: { waitHours: 0.001 }\n`;
  const { scenario, pull } = await approved({ ...UNTESTED, '.github/gatehouse.yml': config });
  // The merge itself was asked about before.
  const overdue = (reason: string) => /have not reported in time/.test(reason);
  await scenario.when(
    'a request about the checks',
    v => v.approval?.status === 'requested' && v.approval.reasons.some(overdue),
  );
  expect(await scenario.said(pull, /Not begun in time: ci\/jenkins\./)).toContain('baseOnly');
  const [waited] = await scenario.events('merge.blocked');
  expect(Date.parse(String(waited?.data.checksUntil))).toBeLessThanOrEqual(Date.now());
  await scenario.rey.approve(pull);
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('waits a while for CI that takes its time to begin, where nothing ran on the base', async () => {
  const workflow = { '.github/workflows/ci.yml': 'on: pull_request\njobs: {}\n' };
  const { scenario, head } = await approved({ ...UNTESTED, ...workflow }, { ran: false });
  await scenario.when('to wait', v => /waits for checks to begin/.test(v.reason));
  const build = { name: 'build', headSha: head, appSlug: 'github-actions' } as const;
  await environment.github.reportCheckRun(scenario.repository, { ...build, status: 'in_progress' });
  await environment.github.reportCheckRun(scenario.repository, { ...build, conclusion: 'success' });
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('waits no longer for CI to begin than the repository says', async () => {
  const workflow = { '.github/workflows/ci.yml': 'on: release\njobs: {}\n' };
  const config = `${UNTESTED['.github/gatehouse.yml']}checks: { beginMinutes: 0.05 }\n`;
  const files = { ...UNTESTED, ...workflow, '.github/gatehouse.yml': config };
  const { scenario } = await approved(files, { ran: false });
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('does not take the status of a stranger for the check that one App is to report', async () => {
  const { id: appId } = environment.github.ciApp('jenkins');
  const { scenario, head } = await approved(UNTESTED, {
    ran: false,
    prepare: ({ repository }) =>
      environment.github.protectBranch(repository, 'main', {
        requiredChecks: [{ context: 'lint', appId }],
      }),
  });
  await scenario.when('to wait', v => /waits for checks: lint/.test(v.reason));
  const status = { sha: head, context: 'lint', state: 'success' } as const;
  await environment.github.reportStatus(scenario.repository, { ...status, appSlug: 'stranger' });
  await environment.github.reportStatus(scenario.repository, { ...status, appSlug: 'jenkins' });
  await scenario.when('the end', v => v.status === 'success');
});

it.concurrent('waits for no check that the repository says runs on the base alone', async () => {
  const config = `${UNTESTED['.github/gatehouse.yml']}checks: { baseOnly: [CI/Jenkins] }\n`;
  const { scenario } = await approved({ ...UNTESTED, '.github/gatehouse.yml': config });
  await scenario.when('the end', v => v.status === 'success');
  expect(await scenario.events('merge.blocked')).toEqual([]);
});
