/** A graph that the repository writes itself, with steps at the same time, a condition and a step after the merge. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => environment.close());

const CONFIG = `commands:
  test: [node, test.js]
  slow: ["false"]
  site: ["false"]
  health: [node, test.js]
graphs:
  fix:
    steps:
      - agent: author
      - parallel:
          - command: test
          - command: site
            when: touches("docs")
          - command: slow
            on_failure: continue
          - agent: reviewer
            id: review
            reads_only: true
            loop: { back_to: author, at_most: 1, when: steps.review.blocking > 0 }
      - publish
      - merge
      - command: health
`;

it("works the repository's own graph to its end, which comes after the merge", async () => {
  const scenario = await environment.scenario({ ...FILES, '.github/gatehouse.yml': CONFIG });
  const { pull } = await scenario.waiting();
  const [created] = await scenario.events('task.created');
  expect(created?.data).toMatchObject({ graph: { name: 'fix' } });
  const skipped = await scenario.events('step.skipped');
  expect(skipped.map(({ data }) => data.step).sort()).toEqual(['site', 'slow']);
  await scenario.rey.approve(pull);
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view.steps.map(({ id, status }) => [id, status])).toEqual([
    ['author', 'done'],
    ['test', 'done'],
    ['site', 'skipped'],
    ['slow', 'skipped'],
    ['review', 'done'],
    ['publish', 'done'],
    ['merge', 'done'],
    ['health', 'done'],
  ]);
});
