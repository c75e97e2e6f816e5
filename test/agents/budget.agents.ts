/** Money runs out, with the real Codex: from the label to the work that goes on once a cap is raised. */
import { resolve } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { TURN_USAGE } from '../model/answer.ts';
import { type ScriptedModel, startScriptedModel } from '../model/server.ts';
import { openScenarios } from '../scenarios/environment.ts';
import { profilesWith } from '../scenarios/profiles.ts';
import { openAgent } from './execute-agent.ts';

beforeAll(async () => void (await openAgent('codex', null)), 600_000);

const HALF = '*** Begin Patch\n*** Add File: half.txt\n+half\n*** End Patch\n';

test('an agent that has spent its tokens ends there, and goes on from its work once a person has raised the cap', async () => {
  const limit = 100_000;
  // A model that goes on is given another prompt, and its turns are counted from there.
  const first = { patch: HALF, outputTokens: limit };
  const turns = () => (model.requests.length > 1 ? [{ say: 'It is done.' }] : [first]);
  const model: ScriptedModel = await startScriptedModel({ turns });
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
  onTestFinished(() => environment.close());
  const scenario = await environment.scenario();
  const issue = await scenario.mona.open('It subtracts', 'Two and two is four.');
  await scenario.mona.label(issue.number, 'agent:fix');
  const view = await scenario.when('the question', v => v.approval?.action === 'budget.raise');

  const run = view.runs.find(one => one.run === 'author-1-1');
  expect(run).toMatchObject({
    adapter: 'codex',
    state: 'failure',
    detail: 'The cap of this run, 100,000 tokens, is reached.',
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
  const { artifacts } = environment.gatehouse.parts;
  const patch = (await artifacts.list(view.id)).find(
    left => left.run === run?.run && left.name === 'patch.diff',
  );
  expect((await artifacts.get(patch?.digest ?? '')).toString()).toContain('half.txt');

  const asked = await scenario.said(issue.number, /raise `the cap of this run from 100,000 tokens/);
  const capsule = /\/agent approve ([0-9a-f]{12})/.exec(asked)?.[1] ?? '';
  await scenario.rey.comment(issue.number, `/agent approve ${capsule}`);
  const after = await scenario.when('the next run', v =>
    v.runs.some(one => one.run === 'author-1-2' && one.state === 'success'),
  );
  const next = after.runs.find(one => one.run === 'author-1-2');
  expect(next).toMatchObject({ adapter: 'codex', detail: 'It is done.' });
});
