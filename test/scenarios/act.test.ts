/** An agent tries what its role may not: it is denied, everybody sees it, and the work goes on. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeTask } from '../../src/cli/describe-task.ts';
import { AUTONOMOUS, FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

let environment: ScenarioEnvironment;
beforeAll(async () => {
  environment = await openScenarios({
    ...AUTONOMOUS,
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'asking'),
  });
});
afterAll(() => environment.close());

const rules = [
  FILES['.github/gatehouse.yml'],
  'roles:\n  author: { paths: [sum.js], commands: [[node]] }\n',
].join('');

it('denies an unknown command and a path outside the scope, with the reason, and merges the rest', async () => {
  const scenario = await environment.scenario({ ...FILES, '.github/gatehouse.yml': rules });
  const issue = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue.number, 'agent:fix');
  const view = await scenario.when('the end', v => v.status === 'success');
  const head = view.pull?.head ?? '';

  const act = view.decisions.filter(({ gate }) => gate === 'act');
  expect(act.map(({ resource, outcome, policies }) => [resource, outcome, policies[0]])).toEqual([
    ['make everything', 'deny', 'configuration:role-author-commands'],
    ['docs/plan.md', 'deny', 'configuration:role-author-paths'],
  ]);
  expect(act[1]?.reasons[0]).toBe('.github/gatehouse.yml lets the role author write only sum.js.');

  const status = describeTask(view).join('\n');
  expect(status).toContain('denied    command.exec make everything');
  expect(status).toContain('denied    file.write docs/plan.md');

  const { output } = await scenario.check(head);
  expect(output.text).toContain('make everything');
  expect(output.text).toContain('lets the role author write only sum.js');

  const left = await environment.gatehouse.parts.artifacts.list(view.id);
  const journal = left.find(({ run, name }) => run === 'author-1-1' && name === 'journal.jsonl');
  if (!journal) throw new Error('there is no journal');
  const text = (await environment.gatehouse.parts.artifacts.get(journal.digest)).toString();
  expect(text.match(/"type":"tool.denied"/g)).toHaveLength(2);
  expect(text.match(/"type":"tool.allowed"/g)).toHaveLength(2);

  const changed = await scenario.mona.get(`/pulls/${view.pull?.number}/files`);
  expect(changed.map((file: { filename: string }) => file.filename)).toEqual(['sum.js']);
});
