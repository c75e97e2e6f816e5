/** Work for another branch than the default one: asked for, configured, and what can't be a base. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import { AUTONOMOUS, FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts'),
    ...AUTONOMOUS,
  });
});
afterAll(() => environment.close());

type Scenario = Awaited<ReturnType<ScenarioEnvironment['scenario']>>;

const branch = (scenario: Scenario, name: string, changes: Record<string, string> = {}) =>
  environment.github.push(scenario.repository, {
    branch: name,
    changes: { 'BRANCH.md': `${name}\n`, ...changes },
    message: `Begin ${name}`,
    author: environment.users.mona,
  });

it('is reproduced, checked, protected and merged on the branch that was asked for', async () => {
  const { github } = environment;
  // The default branch has no fault: only the other one has, and rules of its own that count for nothing.
  const fixed = { 'sum.js': 'export const sum = (a, b) => a + b;\n' };
  const scenario = await environment.scenario({ ...FILES, ...fixed });
  const before = await branch(scenario, 'release/2.x', {
    'sum.js': FILES['sum.js'] ?? '',
    '.github/gatehouse.yml': 'commands:\n  test: ["false"]\nscopes:\n  never: [sum.js]\n',
  });
  await github.protectBranch(scenario.repository, 'release/2.x', {
    requiredReviews: 1,
    requiredChecks: [{ context: 'ci/release' }],
  });
  const main = (await scenario.mona.get('/branches/main')).commit.sha;
  const { number } = await scenario.mona.open('It subtracts', 'On the old line.');
  await scenario.mona.comment(number, '/agent fix --base `release/2.x` the sum');
  const open = await scenario.when('a pull request', v => v.pull !== null && !v.pull.draft);
  expect(open).toMatchObject({
    base: { ref: 'release/2.x' },
    proof: expect.arrayContaining(['reproduced', 'tests']),
  });
  expect(await scenario.said(number, /For the branch/)).toContain(
    'For the branch `release/2.x`: the command names it.',
  );
  const { pull } = open;
  const seen = await scenario.mona.get(`/pulls/${pull?.number}`);
  expect(seen.base).toMatchObject({ ref: 'release/2.x', sha: before });
  await scenario.when('to wait for its check', v => /ci\/release/.test(v.reason));
  await scenario.mona.request('POST', `/statuses/${pull?.head}`, {
    context: 'ci/release',
    state: 'success',
  });
  await scenario.when('to wait for its review', v => /asks for a review/.test(v.reason));
  await scenario.rey.approve(pull?.number ?? 0);
  await scenario.when('the end', v => v.status === 'success');
  const tip = await scenario.mona.get('/contents/sum.js?ref=release/2.x');
  expect(Buffer.from(tip.content, 'base64').toString()).toBe(fixed['sum.js']);
  expect((await scenario.mona.get('/branches/main')).commit.sha).toBe(main);
});

const CONFIGURED = `base:
  default: develop
  labels: { "🐛 2.x, old": release/2.x }
  milestones: { 3.10: release/3.10 }
commands:
  test: [node, test.js]
`;

it('is what labels, the milestone and the configuration say; policy sees it', async () => {
  const scenario = await environment.scenario({
    ...FILES,
    '.github/gatehouse.yml': CONFIGURED,
    '.github/gatehouse.cedar':
      '@id("closed") @reason("The branch production is closed.") forbid (principal, action == Action::"task.start", resource) when { context.base.name == "production" && !context.base.default };\n',
  });
  for (const name of ['develop', 'release/2.x', 'release/3.10', 'production'])
    await branch(scenario, name);
  const asked = async (label: string | null, milestone: string | null, comment = '/agent test') => {
    const { number } = await scenario.mona.open('Are they green?', '');
    if (label) await scenario.mona.label(number, label);
    if (milestone) await environment.github.setMilestone(scenario.repository, number, milestone);
    await scenario.mona.comment(number, comment);
    return number as number;
  };
  const issues = [
    await asked(null, null),
    await asked('🐛 2.x, old', '3.10'),
    await asked(null, '3.10'),
    await asked('🐛 2.x, old', null, '/agent test --base main'),
  ];
  const { tasks, log } = environment.gatehouse.parts;
  const bases = [];
  for (const issue of issues) {
    const task = await until(
      'its task',
      async () => (await tasks.list({ repositoryId: scenario.repository.id, issue }))[0],
    );
    for await (const { data, type } of log.read({ kind: 'task', id: task.id }))
      if (type === 'task.created') bases.push(data.base);
  }
  expect(bases).toMatchObject([
    { ref: 'develop', because: 'gatehouse.yml says so' },
    { ref: 'release/2.x', because: 'the label "🐛 2.x, old" stands for it' },
    { ref: 'release/3.10', because: 'the milestone "3.10" stands for it' },
    { ref: 'main', because: 'the command names it' },
  ]);
  const closed = await asked(null, null, '/agent fix --base production');
  expect(await scenario.said(closed, /The branch production is closed/)).toContain('refused');
});

it('is refused in words where it can be none, with the nearest that exists', async () => {
  const scenario = await environment.scenario();
  await branch(scenario, 'release/2.x');
  await branch(scenario, 'fu\u0308nf');
  const ask = async (command: string) => {
    const { number } = await scenario.mona.open('It subtracts', '');
    await scenario.mona.comment(number, command);
    return number as number;
  };
  expect(await scenario.said(await ask('/agent fix --base release/2'), /nothing/)).toContain(
    'there is no branch release/2 (the command names it). The nearest that exists is `release/2.x`: `/agent fix --base release/2.x`.',
  );
  expect(await scenario.said(await ask('/agent lint --base origin/main'), /nothing/)).toContain(
    'The nearest that exists is `main`',
  );
  expect(await scenario.said(await ask('/agent test --base a..b'), /nothing/)).toContain('".."');
  // The letters are the same, however they were composed.
  const composed = await ask('/agent fix --base f\u00fcnf');
  const task = await scenario.when('its pull request', v => v.pull !== null);
  expect(task).toMatchObject({ issue: composed, base: { ref: 'fu\u0308nf' } });
  const [row] = await environment.gatehouse.parts.tasks.list({
    repositoryId: scenario.repository.id,
  });
  const ours = await ask(`/agent fix --base ${row?.branch}`);
  expect(await scenario.said(ours, /nothing/)).toMatch(/a branch that I work on myself/);
});
