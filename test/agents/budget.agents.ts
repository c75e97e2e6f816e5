/** What a role's profile lets it spend, with the real Codex from the label to the end of the task. */
import { resolve } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { TURN_USAGE } from '../model/answer.ts';
import { startScriptedModel } from '../model/server.ts';
import { openScenarios } from '../scenarios/environment.ts';
import { profilesWith } from '../scenarios/profiles.ts';
import { openAgent } from './execute-agent.ts';

beforeAll(async () => void (await openAgent('codex', null)), 600_000);

test('an agent that has spent its tokens ends there, visibly, and is charged', async () => {
  const limit = 100_000;
  const model = await startScriptedModel({
    turns: [{ shell: 'true', outputTokens: limit }, { say: 'never' }],
  });
  onTestFinished(model.close);
  const profiles = await profilesWith('author', { tokens: limit });
  onTestFinished(profiles.remove);
  const env = {
    GATEHOUSE_AGENTS: profiles.folder,
    GATEHOUSE_REAL_AGENTS: '1',
    OPENAI_API_KEY: 'the key of a scripted model',
    OPENAI_BASE_URL: model.url,
  };
  const environment = await openScenarios(
    env,
    resolve(import.meta.dirname, '../../.gatehouse/agents'),
  );
  onTestFinished(environment.close);
  const scenario = await environment.scenario();
  const issue = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue.number, 'agent:fix');
  const view = await scenario.when('the end', v => v.status === 'failure');

  const [run, ...more] = view.runs.filter(one => one.step === 'author');
  expect(more).toEqual([]);
  expect(run).toMatchObject({
    adapter: 'codex',
    state: 'failure',
    detail: expect.stringMatching(/^The cap of this run/),
    usage: {
      input: TURN_USAGE.input - TURN_USAGE.cached,
      cached: TURN_USAGE.cached,
      cacheWrite: 0,
      output: limit,
      reasoning: TURN_USAGE.reasoning,
    },
  });
  const finished = await scenario.events('run.finished');
  expect(finished.at(-1)?.data).toMatchObject({ run: run?.run, class: 'budget' });
  // The provider was asked once: the gateway answered the second time.
  expect(model.requests).toHaveLength(1);
  expect(await scenario.said(issue.number, /limit of \d+ tokens is spent|quota/i)).toBeTruthy();
});
