/** A workflow that could not deploy is told before anything is merged for it. */
import { expect, it } from 'vitest';
import { workflowFaults } from '../../../../src/engine/intake/rules/workflow-faults.ts';
import { CONFIG_PATH } from '../../../../src/engine/policies/rule-files.ts';
import { faultLine } from '../../../../src/policy/fault.ts';
import { rulesOf } from '../../rules-of.ts';

async function faultsOf(environment: string, files: Record<string, string>): Promise<string[]> {
  const rules = rulesOf(`environments:\n  staging:\n    on: merge\n${environment}`);
  const faults = await workflowFaults(rules, {
    list: async folder =>
      Object.keys(files)
        .filter(path => path.startsWith(`${folder}/`))
        .map(path => path.slice(folder.length + 1)),
    read: async (path, most) =>
      files[path] === undefined ? null : Buffer.from(files[path]).subarray(0, most),
  });
  return faults.map(faultLine);
}

const NAMED = '    workflow: deploy.yml\n';
const workflow = (on: string) => ({ '.github/workflows/deploy.yml': `name: D\n${on}\njobs: {}\n` });
const INPUTS =
  'on:\n  workflow_dispatch:\n    inputs:\n      commit: { required: true }\n      dry: { required: true, default: no }\n';

/** So many keys without a value, none like another. */
function keys(count: number): string {
  return Array.from({ length: count }, (_, at) => `k${at.toString(36)}: `).join(',');
}

it.each([
  ['    {}\n'.replace('{}', 'waitMinutes: 5'), {}],
  [NAMED, workflow('on: workflow_dispatch')],
  [NAMED, workflow('on: [push, workflow_dispatch]')],
  [NAMED, workflow('on:\n  workflow_dispatch:')],
  [`${NAMED}    inputs: { commit: "{commit}" }\n`, workflow(INPUTS)],
  // What can't be read here is for GitHub to judge.
  [NAMED, workflow('on: &o [push]\nenv: *o')],
  [NAMED, workflow('on: [')],
  [NAMED, workflow(`on: push # ${'x'.repeat(70_000)}`)],
  [NAMED, workflow(`on: { workflow_dispatch: { inputs: { ${keys(9_000)} } } }`)],
])('%j can deploy', async (environment, files) => {
  expect(await faultsOf(environment, files as Record<string, string>)).toEqual([]);
});

it.each([
  [
    NAMED,
    { '.github/workflows/deploys.yml': 'on: workflow_dispatch\n' },
    '4:5: environments.staging.workflow: there is no .github/workflows/deploy.yml on the default branch (did you mean "deploys.yml"?)',
  ],
  [
    NAMED,
    {},
    '4:5: environments.staging.workflow: there is no .github/workflows/deploy.yml on the default branch',
  ],
  [
    NAMED,
    workflow('on: [push]'),
    '4:5: environments.staging.workflow: .github/workflows/deploy.yml is not started by `workflow_dispatch`: add that to its `on`',
  ],
  [
    NAMED,
    workflow(INPUTS),
    '4:5: environments.staging.workflow: .github/workflows/deploy.yml needs the input commit: name it under `inputs`',
  ],
  [
    `${NAMED}    inputs: { commit: "{commit}", comit: x }\n`,
    workflow(INPUTS),
    '5:35: environments.staging.inputs.comit: .github/workflows/deploy.yml takes no such input (did you mean "commit"?); there are commit, dry',
  ],
])('%j of %j is told at its place', async (environment, files, fault) => {
  expect(await faultsOf(environment, files as Record<string, string>)).toEqual([
    `${CONFIG_PATH}:${fault}`,
  ]);
});

it('ten environments with files full of keys take no time that anybody waits for', async () => {
  const file = `{ on: push, ${keys(7_000)} }`;
  const names = Array.from({ length: 10 }, (_, at) => `e${at}`);
  const rules = rulesOf(
    `environments:\n${names.map(name => `  ${name}: { workflow: ${name}.yml }\n`).join('')}`,
  );
  const source = {
    list: async () => names.map(name => `${name}.yml`),
    read: async () => Buffer.from(file),
  };
  expect(file.length).toBeLessThan(64 * 1024);
  const before = process.threadCpuUsage();
  expect(await workflowFaults(rules, source)).toHaveLength(10);
  expect(process.threadCpuUsage(before).user / 1e6).toBeLessThan(10);
});
