/** What a run may spend is reached: people are asked where they read, and the work goes on once they raise the cap. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rolesBy } from '../demo/real.ts';
import type { Turn } from '../model/answer.ts';
import { type ScriptedModel, startScriptedModel } from '../model/server.ts';
import { FILES, openScenarios, type ScenarioEnvironment } from './environment.ts';

const CAP = 100_000;
const SUM = FILES['sum.js'] ?? '';
const HALF: Turn = { write: { path: 'half.txt', text: 'half\n' }, outputTokens: CAP };
const MENDED: Turn[] = [
  { edit: { path: 'sum.js', before: SUM, after: SUM.replace('a - b', 'a + b') } },
  { say: 'It is done.' },
];

let folder: string;
let model: ScriptedModel;
let environment: ScenarioEnvironment;
beforeAll(async () => {
  folder = await rolesBy('api');
  const author = join(folder, 'author.md');
  const text = await readFile(author, 'utf8');
  await writeFile(author, text.replace(/(?<=^ *tokens: )\d+$/m, `${CAP}`));
  // The run that goes on has a prompt of its own, and its turns are counted from there.
  model = await startScriptedModel({
    turns: () => (model.requests.length > 1 ? MENDED : [HALF]),
  });
  environment = await openScenarios({
    GATEHOUSE_AGENTS: folder,
    GATEHOUSE_REAL_AGENTS: '1',
    ANTHROPIC_API_KEY: 'the key of a scripted model',
    ANTHROPIC_BASE_URL: model.url,
  });
});
afterAll(async () => {
  await environment.close();
  await model.close();
  await rm(folder, { recursive: true, force: true });
});

it('ends an agent at its cap, keeps its work, and goes on from there once a person has raised it', async () => {
  const scenario = await environment.scenario();
  const { number } = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(number, 'agent:fix');
  const view = await scenario.when('the question', v => v.approval?.action === 'budget.raise');
  const ended = view.runs.find(({ run }) => run === 'author-1-1');
  const detail = 'The cap of this run, 100,000 tokens, is reached.';
  expect(ended).toMatchObject({ state: 'failure', detail });
  // The provider was asked once: the gateway answered the second time.
  expect(model.requests).toHaveLength(1);
  const asked = await scenario.said(number, /raise `the cap of this run from 100,000 tokens/);
  expect(asked).toContain('What was done until then is kept: 1 file, +1');
  await scenario.rey.comment(number, '/agent approve');
  const after = await scenario.when('the next run to end', v =>
    v.runs.some(({ run, state }) => run === 'author-1-2' && state === 'success'),
  );
  expect(after.runs.find(({ run }) => run === 'author-1-2')?.detail).toBe('It is done.');
});
