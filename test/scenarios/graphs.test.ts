/** A graph that the repository writes itself: work at the same time that conflicts, a condition, a step after the merge. */
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
  document: [sed, -i, "1i /** Adds. */", sum.js]
  log: [sh, -c, "echo It adds. > CHANGES.md"]
graphs:
  fix:
    steps:
      - parallel:
          - agent: author
          - command: document
            keeps_changes: true
          - command: log
            keeps_changes: true
      - parallel:
          - command: test
          - command: site
            when: touches("docs")
          - command: slow
            on_failure: continue
          - agent: second-reader
            id: review
            reads_only: true
            loop: { back_to: author, at_most: 1, when: steps.review.blocking > 0 }
      - publish
      - merge
      - command: health
`;

const OWN_ROLE = `---
name: second-reader
description: Reads the change for what users meet.
extends: reviewer
commands: []
---
Look at what users meet first.
`;

it("works the repository's own graph to its end, which comes after the merge", async () => {
  const scenario = await environment.scenario({
    ...FILES,
    '.github/gatehouse.yml': CONFIG,
    'agents/second-reader.md': OWN_ROLE,
  });
  const { pull } = await scenario.waiting();
  const [conflict] = (await scenario.events('run.finished')).filter(
    ({ data }) => data.class === 'conflict',
  );
  expect(conflict?.data.reason).toMatch(
    /in sum\.js \((author and document|document and author)\)\.$/,
  );
  const joins = (await scenario.events('run.queued')).filter(({ data }) => data.purpose === 'join');
  expect(joins.map(({ data }) => data.executor)).toEqual([
    { kind: 'builtin', builtin: 'join' },
    { kind: 'agent', role: 'merger' },
  ]);
  const { artifacts } = environment.gatehouse.parts;
  const left = await artifacts.list(await scenario.task());
  const read = left.find(({ run, name }) => run === joins[1]?.data.run && name === 'context.json');
  // Who settles it is told where, and by whose work.
  expect((await artifacts.get(read?.digest ?? '')).toString()).toContain(conflict?.data.reason);
  const [created] = await scenario.events('task.created');
  expect(created?.data).toMatchObject({ graph: { name: 'fix' } });
  // The role that the repository has written itself works under the one that it extends.
  const [used] = (await scenario.events('policy.decided')).filter(({ data }) =>
    JSON.stringify(data.decision).includes('"name":"role.use second-reader","outcome":"allow"'),
  );
  expect(used?.data.decision).toMatchObject({ action: 'run.start', outcome: 'allow' });
  const given = left.find(({ run, name }) => run.startsWith('review-') && name === 'context.json');
  expect((await artifacts.get(given?.digest ?? '')).toString()).toMatch(
    /You are the reviewer[\s\S]*Look at what users meet first/,
  );
  const skipped = await scenario.events('step.skipped');
  expect(skipped.map(({ data }) => data.step).sort()).toEqual(['site', 'slow']);
  // The comment draws what stands beside what, and how each stands.
  await scenario.said(
    (await scenario.view()).issue ?? 0,
    /```mermaid\nflowchart TD\n[\s\S]*\["site<br\/>command site<br\/>– skipped"\]:::skipped/,
  );
  await scenario.rey.approve(pull);
  const view = await scenario.when('the end', v => v.status === 'success');
  expect(view.steps.map(({ id, status }) => [id, status])).toEqual([
    ['author', 'done'],
    ['document', 'done'],
    ['log', 'done'],
    ['test', 'done'],
    ['site', 'skipped'],
    ['slow', 'skipped'],
    ['review', 'done'],
    ['publish', 'done'],
    ['merge', 'done'],
    ['health', 'done'],
  ]);
});
