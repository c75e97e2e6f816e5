/** The model of a replay, behind the real gateway: strictly what was recorded, in its order. */
import { describe, expect, it } from 'vitest';
import type { RecordedExchange } from '../../../src/core/recording.ts';
import { createDivergences } from '../../../src/engine/agent-replay/divergence.ts';
import { createPlayback } from '../../../src/engine/agent-replay/playback.ts';
import { digestOf } from '../../../src/engine/chain.ts';
import { ask, openGateway } from '../../gateway/start-gateway.ts';

const contents = new Map<string, Buffer>();
const put = (text: string) => {
  const digest = digestOf(text);
  contents.set(digest, Buffer.from(text));
  return digest;
};
const body = (content: string) => ({
  model: 'm',
  input: [{ role: 'user', content }],
  store: false,
});

/** An exchange from its begin to its end, in which this was said. */
const said = (
  [began, ended]: [number, number],
  content: string,
  over: Partial<RecordedExchange> = {},
): RecordedExchange => ({
  began,
  ended,
  method: 'POST',
  path: '/v1/responses',
  request: put(JSON.stringify(body(content))),
  forwarded: true,
  output: null,
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  response: put(`data: answer to ${content}\n\n`),
  whole: true,
  redacted: false,
  ...over,
});

async function play(
  exchanges: RecordedExchange[],
  endedFromOutside = false,
  dialect: 'openai-responses' | 'openai-chat' = 'openai-responses',
) {
  const divergences = createDivergences();
  const playback = createPlayback({
    recording: { exchanges, missing: null },
    read: async digest => contents.get(digest) ?? Buffer.alloc(0),
    redact: text => text,
    volatile: { fields: [], texts: [] },
    endedFromOutside,
    divergences,
  });
  const gateway = await openGateway({ model: { dialect, playback } });
  /** What it is answered; `null`: the connection ended without an answer. */
  const send = (asked: unknown, path = '/v1/responses') =>
    ask(gateway, path, asked === null ? {} : { body: asked }).catch(() => null);
  return { send, playback, first: divergences.first, close: gateway.close };
}

it('answers what was asked, byte for byte, with its status and headers', async () => {
  const of = await play([
    said([0, 1], 'a'),
    said([2, 3], 'b', { status: 429, headers: { 'retry-after': '3' }, forwarded: false }),
    said([4, 5], '', { method: 'GET', path: '/v1/models', request: null }),
  ]);
  expect(await of.send(body('a'))).toMatchObject({
    status: 200,
    text: 'data: answer to a\n\n',
    cut: false,
  });
  expect(await of.send(body('b'))).toMatchObject({ status: 429, headers: { 'retry-after': '3' } });
  expect(of.playback.unasked()).toBe('request 3 to the model: GET /v1/models');
  expect(await of.send(null, '/v1/models')).toMatchObject({ status: 200 });
  expect([of.playback.answered(), of.playback.unasked(), of.first()]).toEqual([3, null, null]);
});

it.each([
  ['with the bound that was reserved', { max_tokens: 64_000 }],
  ['without it, as until now', {}],
])('a call of the chat API is answered that was recorded %s', async (_how, bound) => {
  const chat = { model: 'm', messages: [] };
  const request = put(JSON.stringify({ ...chat, ...bound }));
  const path = '/v1/chat/completions';
  const of = await play(
    [said([0, 1], 'a', { path, request, output: 64_000 })],
    false,
    'openai-chat',
  );
  expect(await of.send(chat, path)).toMatchObject({ status: 200 });
  expect(of.first()).toBeNull();
});

it('compares with the bound of output that the gateway had set', async () => {
  const bounded = put(JSON.stringify({ ...body('a'), max_output_tokens: 77 }));
  const of = await play([said([0, 1], 'a', { request: bounded, output: 77 })]);
  expect(await of.send(body('a'))).toMatchObject({ status: 200 });
});

it('plays requests that overlapped in either order, and each once', async () => {
  const of = await play([said([0, 3], 'a'), said([1, 2], 'b'), said([4, 5], 'c')]);
  expect((await of.send(body('b')))?.text).toContain('answer to b');
  expect((await of.send(body('a')))?.text).toContain('answer to a');
  expect((await of.send(body('c')))?.text).toContain('answer to c');
  expect(await of.send(body('c'))).toBeNull();
  expect(of.first()).toEqual({
    of: 'the request',
    at: 'after 3 requests',
    recorded: 'no further request',
    replayed: 'POST /v1/responses',
  });
});

it('lets a request that comes too early wait for the one before it', async () => {
  const of = await play([said([0, 1], 'a'), said([2, 3], 'b')]);
  const early = of.send(body('b'));
  expect((await of.send(body('a')))?.text).toContain('answer to a');
  expect((await early)?.text).toContain('answer to b');
  expect(of.first()).toBeNull();
});

describe('a request that is not the recorded one', () => {
  it.each([
    ['the body', body('x'), '/v1/responses', 'the prompt', 'input[0].content', '"a"', '"x"'],
    [
      'the path',
      { ...body('a') },
      '/v1/models',
      'the request',
      'path',
      'POST /v1/responses',
      'POST /v1/models',
    ],
  ])('by %s is named with both sides, and not answered', async (_, asked, path, ...named) => {
    const of = await play([said([0, 1], 'a')]);
    expect(await of.send(asked, path)).toBeNull();
    const [part, field, recorded, replayed] = named;
    const at = `request 1 to the model, ${field}`;
    expect(of.first()).toEqual({ of: part, at, recorded, replayed });
    expect(of.playback.answered()).toBe(0);
  });

  it('is named after the first as it was, whatever comes then', async () => {
    const of = await play([said([0, 1], 'a')]);
    await of.send(body('x'));
    await of.send(body('y'));
    expect(of.first()?.replayed).toBe('"x"');
  });
});

it('cuts an answer where it was cut', async () => {
  const of = await play([
    said([0, 1], 'a', { whole: false }),
    said([2, 3], 'b', { whole: false, status: 0, response: put('') }),
    said([4, 5], 'c'),
  ]);
  expect(await of.send(body('a'))).toMatchObject({ text: 'data: answer to a\n\n', cut: true });
  expect(await of.send(body('b'))).toBeNull();
  expect(await of.send(body('c'))).toMatchObject({ cut: false });
});

it('leaves open what the end of the run had cut, until the replay is ended as well', async () => {
  const of = await play([said([0, 1], 'a'), said([2, 3], 'b', { whole: false })], true);
  await of.send(body('a'));
  const cut = of.send(body('b'));
  const after = of.send(body('nobody knows'));
  await expect.poll(of.playback.answered, { interval: 5 }).toBe(2);
  await of.close();
  expect(await cut).toMatchObject({ text: 'data: answer to b\n\n', cut: true });
  expect(await after).toBeNull();
  expect(of.first()).toBeNull();
});
