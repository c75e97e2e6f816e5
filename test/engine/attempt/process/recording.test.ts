/** What is recorded of a run's exchanges with its model, through the real gateway. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createDiskArtifacts } from '../../../../src/adapters/artifacts/disk.ts';
import { type RecordedExchange, RunRecording } from '../../../../src/core/recording.ts';
import { redact } from '../../../../src/core/redaction/redact.ts';
import { createRecording } from '../../../../src/engine/attempt/process/recording.ts';
import type { GatewaySpec } from '../../../../src/engine/ports/gateway.ts';
import { REQUEST } from '../../../contract/agent-adapter.ts';
import { ask, openGateway } from '../../../gateway/start-gateway.ts';
import { tokensOfARun } from '../../../gateway/tokens-of-a-run.ts';
import { startScriptedModel } from '../../../model/server.ts';

const KEY = 'the key of a scripted model, 7c1f0a9b3e5d';
const OWNER = { task: 'task-1', run: 'author-1-1' };

async function record(
  script: Parameters<typeof startScriptedModel>[0],
  spec: Partial<GatewaySpec> = {},
) {
  const dir = await mkdtemp(join(tmpdir(), 'recording-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const artifacts = await createDiskArtifacts({ dir });
  const warned: string[] = [];
  const say = () => {};
  const warn = (_fields: object, message: string) => void warned.push(message);
  const logger = { debug: say, info: say, warn, error: say };
  const deps = { artifacts, logger, redact: (text: string) => redact(text, [KEY]) };
  const agent = { adapter: 'codex', version: '0.169.0' };
  const recording = createRecording({ owner: OWNER, agent, deps });
  const model = await startScriptedModel(script);
  onTestFinished(model.close);
  const gateway = await openGateway({
    model: {
      dialect: 'openai-responses',
      upstream: model.url,
      credential: async () => KEY,
      mayCall: async name => ({
        outcome: name === 'no' ? 'deny' : 'allow',
        ruleId: null,
        reason: 'Not that one.',
      }),
    },
    record: recording.record,
    ...spec,
  });
  const post = (content: string, over: object = {}) =>
    ask(gateway, '/v1/responses', {
      body: { model: 'm', stream: true, input: [{ role: 'user', content }], ...over },
      headers: { authorization: 'Bearer mine' },
    });
  const read = async () => RunRecording.parse(JSON.parse(await recording.text()));
  const contents = async ({ request, response }: RecordedExchange) => ({
    request: request && (await artifacts.get(request)).toString(),
    response: (await artifacts.get(response)).toString(),
  });
  return { artifacts, recording, gateway, model, post, read, contents, warned };
}

test('each exchange is there, byte for byte as it passed, and no key', async () => {
  const of = await record({ turns: [{ say: 'one two three' }] }, { budget: tokensOfARun(10_000) });
  of.recording.started({ ...REQUEST, prompt: `Fix it. My key is ${KEY}.` });
  const first = await of.post('hello');
  const second = await of.post('and then');
  const { starts, exchanges, answers, missing, ...agent } = await of.read();

  expect(agent).toEqual({ v: 1, adapter: 'codex', version: '0.169.0' });
  expect(starts).toEqual([{ ...REQUEST, prompt: 'Fix it. My key is [redacted: secret].' }]);
  expect(missing).toBeNull();
  expect(answers).toEqual([]);
  expect(exchanges).toHaveLength(2);
  for (const [at, { text }] of [first, second].entries()) {
    const exchange = exchanges[at] as RecordedExchange;
    expect(exchange).toMatchObject({
      ...{ began: 2 * at, ended: 2 * at + 1, method: 'POST', path: '/v1/responses' },
      ...{ forwarded: true, status: 200, whole: true, redacted: false },
      headers: { 'content-type': 'text/event-stream' },
    });
    const { request, response } = await of.contents(exchange);
    expect(response).toBe(text);
    expect(request).toBe(of.model.requests[at]?.text);
    expect(JSON.parse(request ?? '')).toMatchObject({ max_output_tokens: exchange.output });
  }
  const kept = await of.artifacts.list(OWNER.task);
  expect(kept.map(({ name }) => name)).toEqual(['recording.json']);
});

test('a secret that is said is taken out of both sides', async () => {
  const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
  const of = await record({ turns: [{ say: `Use ${KEY}.` }] });
  const { text } = await of.post(`I have ${token}`);
  const [exchange] = (await of.read()).exchanges;
  expect(exchange).toMatchObject({ redacted: true });
  const { request, response } = await of.contents(exchange as RecordedExchange);
  expect(text).toContain(KEY);
  expect([request, response].join()).not.toContain(token);
  expect(response).not.toContain(KEY);
  expect(response).toContain('[redacted: secret]');
});

test('what the gateway answers by itself, an error and a cut answer are recorded as such', async () => {
  const of = await record({
    turns: [{ say: 'word '.repeat(40) }],
    fault: index => (index === 0 ? { status: 429 } : { cutAfter: 5 }),
  });
  const denied = await of.post('a', { model: 'no' });
  const limited = await of.post('b');
  const cut = await of.post('c');
  const models = await ask(of.gateway, '/v1/models');
  const { exchanges } = await of.read();
  expect(
    exchanges.map(({ method, forwarded, status, whole }) => [method, forwarded, status, whole]),
  ).toEqual([
    ['POST', false, 403, true],
    ['POST', true, 429, true],
    ['POST', true, 200, false],
    ['GET', true, 200, true],
  ]);
  const said = await Promise.all(exchanges.map(of.contents));
  expect(said.map(({ response }) => response)).toEqual(
    [denied, limited, cut, models].map(({ text }) => text),
  );
  expect(said[0]?.request).toContain('"model":"no"');
  expect(said[3]?.request).toBeNull();
});

test('exchanges that overlap are told apart, and what is under way at the end is cut there', async () => {
  const of = await record({
    turns: [{ say: 'a b c' }],
    fault: index => ({ slowMs: index < 2 ? 20 : 600_000 }),
  });
  await Promise.all([of.post('one'), of.post('two')]);
  const left = of.post('three').catch(() => null);
  await expect.poll(() => of.model.requests.length, { interval: 5 }).toBe(3);
  const { exchanges } = await of.read();
  await of.gateway.close();
  await left;
  const [one, two, three] = exchanges as [RecordedExchange, RecordedExchange, RecordedExchange];
  expect(two.began).toBeLessThan(one.ended);
  expect(three.began).toBeGreaterThan(Math.max(one.ended, two.ended));
  expect([one.whole, two.whole, three.whole]).toEqual([true, true, false]);
  expect((await of.contents(three)).response).toBe('');
});

test('what is too large is left out, with what follows, and the recording says so', async () => {
  // In words, which the scripted model sends one by one: of one word this long its pattern runs out of stack.
  const say = `${'x'.repeat(1024 * 1024)} `.repeat(17);
  const of = await record({ turns: [{ say }, { say: 'y' }] });
  await of.post('before', { input: [{ role: 'user', content: 'a' }] });
  await of.post('after');
  const { exchanges, missing } = await of.read();
  expect(exchanges).toEqual([]);
  expect(missing).toContain('Not all that passed is recorded');
});

test('where exchanges can not be kept the run goes on, and the recording says so', async () => {
  const of = await record({ turns: [{ say: 'one' }] });
  const full = new Error('the disk is full');
  const put = of.artifacts.put;
  of.artifacts.put = async () => Promise.reject(full);
  expect((await of.post('hello')).status).toBe(200);
  await of.read();
  of.artifacts.put = put;
  await of.post('again');
  expect(await of.read()).toMatchObject({
    exchanges: [],
    missing: 'An exchange could not be kept.',
  });
  expect(of.warned).toEqual(['an exchange with the model could not be kept']);
});
