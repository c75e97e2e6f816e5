import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ModelRoute } from '../../src/engine/ports/gateway.ts';
import { TURN_USAGE } from '../model/answer.ts';
import { startScriptedModel } from '../model/server.ts';
import { ask, openGateway, post } from './start-gateway.ts';
import { tokensOfARun } from './tokens-of-a-run.ts';

const KEY = 'sk-live-7c1f0a9b3e5d';
const TURN = { input: 1000, cached: 200, cacheWrite: 0, output: 34, reasoning: 5 };

type Script = Parameters<typeof startScriptedModel>[0];
async function scripted(script: Script) {
  const model = await startScriptedModel(script);
  onTestFinished(() => model.close());
  return model;
}

/** A provider that answers every request in one way. */
async function provider(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const route = (
  upstream: string,
  dialect: ModelRoute['dialect'] = 'openai-responses',
): ModelRoute => ({
  dialect,
  upstream,
  credential: async () => KEY,
  mayCall: async () => ({ outcome: 'allow', ruleId: null, reason: '' }),
});

const PROMPT = { model: 'm', stream: true, input: [{ role: 'user', content: 'hello' }] };

describe('the OpenAI responses dialect', () => {
  test('adds the credential outside, takes every other one away, streams and counts', async () => {
    const model = await scripted({ turns: [{ say: 'one two three' }] });
    const lines: string[] = [];
    const open = await openGateway(
      { model: route(model.url) },
      { log: { info: (fields, message) => lines.push(JSON.stringify(fields) + message) } },
    );
    const answer = await ask(open, '/v1/responses?api_key=mine', {
      body: PROMPT,
      headers: {
        authorization: 'Bearer mine',
        'x-api-key': 'mine',
        'api-key': 'mine',
        cookie: 'mine=1',
        'openai-organization': 'mine',
        'x-codex-turn-metadata': 'mine',
      },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/event-stream');
    expect(answer.text).toContain('response.completed');

    const [sent] = model.requests;
    expect(sent?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(JSON.stringify([sent?.path, { ...sent?.headers, authorization: '' }])).not.toContain(
      'mine',
    );
    expect(await open.close()).toEqual({
      usage: TURN,
      modelRequests: 1,
      failures: {},
      lastCall: 'answered',
      refused: [],
      unreached: [],
    });
    expect(TURN.input + TURN.cached).toBe(TURN_USAGE.input);
    expect(lines.join()).not.toContain(KEY);
  });

  test('passes each event on as it comes', async () => {
    const upstream = await provider((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"type":"response.created"}\n\n');
      // The rest is never sent, so the client sees the first event only if nothing is buffered.
    });
    const open = await openGateway({ model: route(upstream) });
    const first = await new Promise<string>(resolve => {
      const asked = post(open);
      asked.on('response', response =>
        response.once('data', chunk => {
          resolve(String(chunk));
          asked.destroy();
        }),
      );
      asked.on('error', () => {});
      asked.end(JSON.stringify(PROMPT));
    });
    expect(first).toBe('data: {"type":"response.created"}\n\n');
  });

  test.each([
    ['POST', '/v1/files'],
    ['POST', '/v1/responses/../files'],
    ['GET', '/v1/responses'],
    ['DELETE', '/v1/models'],
    ['POST', '//evil.example/v1/responses'],
  ])('%s %s is refused and reported', async (method, path) => {
    const model = await scripted({ turns: [{ say: 'no' }] });
    const open = await openGateway({ model: route(model.url) });
    const answer = await ask(open, path, { method, ...(method === 'POST' && { body: PROMPT }) });
    expect(answer.status).toBe(403);
    expect(model.requests).toEqual([]);
    expect(open.report().refused).toHaveLength(1);
  });

  test('refuses beyond the token limit, in the shape of the dialect', async () => {
    const model = await scripted({ turns: [{ say: 'x' }] });
    const open = await openGateway({ model: route(model.url), budget: tokensOfARun(1234) });
    expect((await ask(open, '/v1/responses', { body: PROMPT })).status).toBe(200);
    const refused = await ask(open, '/v1/responses', { body: PROMPT });
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.text)).toEqual({
      error: {
        message:
          'Gatehouse: the cap of this run, 1,234 tokens, is spent, or reserved by calls that run',
        type: 'insufficient_quota',
        code: 'insufficient_quota',
        param: null,
      },
    });
    expect(model.requests).toHaveLength(1);
  });

  test('a burst does not pass the limit', async () => {
    const upstream = await provider((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const open = await openGateway({ model: route(upstream), budget: tokensOfARun(100) });
    const big = { ...PROMPT, instructions: 'x'.repeat(1000) };
    const answers = Array.from({ length: 3 }, () =>
      ask(open, '/v1/responses', { body: big }).then(({ status }) => status),
    );
    expect(await Promise.race(answers)).toBe(429);
    await open.close();
    await Promise.allSettled(answers);
  });

  test('what requests at once may come to is within the limit', async () => {
    const asked: number[] = [];
    const upstream = await provider((request, response) => {
      let body = '';
      request.on('data', chunk => {
        body += chunk;
      });
      request.on('end', () => {
        asked.push(JSON.parse(body).max_output_tokens);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      });
    });
    const open = await openGateway({ model: route(upstream), budget: tokensOfARun(2_000_000) });
    let refused = 0;
    const all = Array.from({ length: 240 }, () =>
      ask(open, '/v1/responses', { body: { ...PROMPT, max_output_tokens: 50_000 } }).then(
        ({ status }) => {
          if (status === 429) refused += 1;
        },
      ),
    );
    await expect.poll(() => refused + asked.length).toBe(240);
    expect(asked.reduce((sum, output) => sum + output, 0)).toBeLessThanOrEqual(2_000_000);
    expect(asked.length).toBe(40);
    // The last of them gets what is left.
    expect(Math.min(...asked)).toBeLessThan(50_000);
    await open.close();
    await Promise.allSettled(all);
  });

  test('a request that asks for no bound gets one, and what it does not use is given back', async () => {
    const model = await scripted({ turns: [{ say: 'x' }, { say: 'x' }] });
    const open = await openGateway({ model: route(model.url), budget: tokensOfARun(70_000) });
    expect((await ask(open, '/v1/responses', { body: PROMPT })).status).toBe(200);
    expect((await ask(open, '/v1/responses', { body: PROMPT })).status).toBe(200);
    expect(model.requests.map(({ text }) => JSON.parse(text).max_output_tokens)).toEqual([
      64_000, 64_000,
    ]);
  });

  test('a client that leaves before the answer pays for all that it reserved', async () => {
    const arrived = Promise.withResolvers<void>();
    const upstream = await provider(asked => {
      asked.resume().once('end', arrived.resolve);
    });
    const open = await openGateway({ model: route(upstream), budget: tokensOfARun(10_000) });
    const asked = post(open);
    asked.on('error', () => {});
    asked.end(JSON.stringify({ ...PROMPT, max_output_tokens: 9_000 }));
    await arrived.promise;
    asked.destroy();
    await expect.poll(() => open.report().usage.output).toBe(9_000);
  });

  test('a cut stream is charged by what passed', async () => {
    const model = await scripted({
      turns: [{ say: 'word '.repeat(40) }],
      fault: () => ({ cutAfter: 20 }),
    });
    const open = await openGateway({ model: route(model.url) });
    const answer = await ask(open, '/v1/responses', { body: PROMPT });
    expect(answer).toMatchObject({ status: 200, cut: true });
    const { usage, lastCall } = await open.close();
    expect(lastCall).toMatchObject({ class: 'transport' });
    expect(usage.input).toBe(Math.ceil(JSON.stringify(PROMPT).length / 3));
    // 18 deltas of five characters passed after `created` and `output_item.added`.
    expect(usage.output).toBe((18 * 5) / 3);
  });

  test('a client that goes away early is charged, and the provider is let go', async () => {
    let gone: () => void = () => {};
    const released = new Promise<void>(resolve => {
      gone = resolve;
    });
    const upstream = await provider((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify({ delta: 'x'.repeat(300) })}\n\n`);
      response.on('close', gone);
    });
    const open = await openGateway({ model: route(upstream) });
    const asked = post(open);
    asked.on('error', () => {});
    asked.on('response', response => response.once('data', () => asked.destroy()));
    asked.end(JSON.stringify(PROMPT));
    await released;
    expect(await open.close()).toMatchObject({ usage: { output: 100 }, lastCall: 'answered' });
  });

  test.each([
    [401, 'the provider refused', 'auth'],
    [404, 'scripted', 'model_not_found'],
    [429, 'scripted', 'rate_limit'],
    [500, 'scripted', 'server'],
  ])('a %d of the provider is passed on and reported', async (status, said, kind) => {
    const model = await scripted({
      turns: [{ say: 'x' }],
      fault: () => ({ status, retryAfter: 7 }),
    });
    const open = await openGateway({ model: route(model.url) });
    const answer = await ask(open, '/v1/responses', { body: PROMPT });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(said);
    if (status === 429) expect(answer.headers['retry-after']).toBe('7');
    expect(open.report()).toMatchObject({ failures: { [status]: 1 }, modelRequests: 1 });
    expect(open.report()).toMatchObject({ usage: { input: 0 }, lastCall: { class: kind } });
  });

  test.each([
    '31',
    '7200',
    '999999999999',
    '-1',
    '0x7',
    '1e9',
    '',
    'soon',
    'Wed, 21 Oct 2099 07:28:00 GMT',
  ])('nobody is told to wait for %j: the next of the chain is asked', async retryAfter => {
    const model = await scripted({
      turns: [{ say: 'x' }],
      fault: () => ({ status: 429, retryAfter }),
    });
    const open = await openGateway({ model: route(model.url) });
    const answer = await ask(open, '/v1/responses', { body: PROMPT });
    expect(answer.status).toBe(429);
    expect(answer.headers['retry-after']).toBeUndefined();
  });

  test.each([401, 400])(
    'a %d that quotes the credential does not carry it inside',
    async status => {
      const model = await scripted({
        turns: [{ say: 'x' }],
        fault: () => ({ status, body: { error: { message: `Incorrect API key: ${KEY}` } } }),
      });
      const open = await openGateway({ model: route(model.url) });
      const answer = await ask(open, '/v1/responses', { body: PROMPT });
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain(KEY);
    },
  );

  test('a provider that is down is a 502', async () => {
    const open = await openGateway({ model: route('http://127.0.0.1:1') });
    const answer = await ask(open, '/v1/responses', { body: PROMPT });
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.text).error.message).toContain('ECONNREFUSED');
    expect(open.report().failures).toEqual({ 502: 1 });
    expect(open.report().lastCall).toMatchObject({ class: 'transport' });
  });

  test('a call that failed is forgotten once a later one is answered', async () => {
    const model = await scripted({
      turns: [{ say: 'one' }],
      fault: index => (index === 0 ? { status: 429 } : null),
    });
    const open = await openGateway({ model: route(model.url) });
    expect(open.report().lastCall).toBeNull();
    await ask(open, '/v1/responses', { body: PROMPT });
    expect(open.report().lastCall).toMatchObject({ class: 'rate_limit' });
    await ask(open, '/v1/responses', { body: PROMPT });
    expect(open.report().lastCall).toBe('answered');
    // What costs nothing is no call of the model.
    await ask(open, '/v1/files', { body: PROMPT });
    expect(open.report().lastCall).toBe('answered');
  });

  test('a call that ends late does not stand for one that began after it', async () => {
    const held = Promise.withResolvers<void>();
    let asked = 0;
    const upstream = await provider(async (_request, response) => {
      asked += 1;
      if (asked === 2) return void response.writeHead(500).end();
      await held.promise;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const open = await openGateway({ model: route(upstream) });
    const early = ask(open, '/v1/responses', { body: PROMPT });
    await expect.poll(() => asked).toBe(1);
    await ask(open, '/v1/responses', { body: PROMPT });
    held.resolve();
    expect((await early).status).toBe(200);
    expect(open.report().lastCall).toMatchObject({ class: 'server' });
  });

  test.each([
    [{ type: 'response.failed', response: { error: { code: 'server_error' } } }, 'server'],
    [{ type: 'error', code: 'rate_limit_exceeded', message: 'slow down' }, 'rate_limit'],
    [{ error: { type: 'insufficient_quota', message: 'spent' } }, 'quota'],
    [{ type: 'error', error: { type: 'overloaded_error' } }, 'server'],
  ])('an error in the middle of an answer is one: %j', async (event, kind) => {
    const upstream = await provider((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"type":"response.created","response":{"error":null}}\n\n');
      response.end(`data: ${JSON.stringify(event)}\n\n`);
    });
    const open = await openGateway({ model: route(upstream) });
    expect((await ask(open, '/v1/responses', { body: PROMPT })).status).toBe(200);
    expect(open.report().lastCall).toMatchObject({ class: kind });
  });

  test('no credential is a 503 before anything is sent', async () => {
    const model = await scripted({ turns: [{ say: 'x' }] });
    const open = await openGateway({
      model: { ...route(model.url), credential: () => Promise.reject(new Error(KEY)) },
    });
    const answer = await ask(open, '/v1/responses', { body: PROMPT });
    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain(KEY);
    expect(model.requests).toEqual([]);
  });

  test('policy is asked once for each model, and another one is not called', async () => {
    const model = await scripted({ turns: [{ say: 'x' }, { say: 'x' }] });
    const asked: string[] = [];
    const open = await openGateway({
      model: {
        ...route(model.url),
        async mayCall(name) {
          asked.push(name);
          const outcome = name === 'm' ? 'allow' : 'deny';
          return { outcome, ruleId: null, reason: 'Only its own.' };
        },
      },
    });
    const call = (name: unknown) =>
      ask(open, '/v1/responses', { body: { ...PROMPT, model: name } });
    const answers = await Promise.all(['m', 'm', 'large', 'large', 7, 'a\nb'].map(call));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 403, 403, 403, 403]);
    expect(JSON.parse(answers[2]?.text ?? '').error.message).toBe(
      'Gatehouse: the model large may not be called: Only its own.',
    );
    expect(asked).toEqual(['m', 'large']);
    expect(model.requests).toHaveLength(2);
  });

  test('an answer that changes the protocol ends the exchange', async () => {
    const upstream = await provider((asked, response) => {
      asked.socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      );
      response.detachSocket(asked.socket);
    });
    const open = await openGateway({ model: route(upstream) });
    const answer = await ask(open, '/v1/responses', { body: PROMPT });
    expect(answer.status).toBe(502);
    expect(answer.text).toContain('changing the protocol');
  });

  test.each(['null', '[]', '1', '{', `${'['.repeat(200_000)}`])(
    'the body %.10s is a 400',
    async body => {
      const model = await scripted({ turns: [{ say: 'x' }] });
      const open = await openGateway({ model: route(model.url) });
      expect((await ask(open, '/v1/responses', { body })).status).toBe(400);
    },
  );

  test('the provider gets the body as it was understood', async () => {
    const model = await scripted({ turns: [{ say: 'x' }] });
    const open = await openGateway({ model: route(model.url) });
    const twice = '{"model":"m","tools":[{"type":"web_search"}],"input":[],"tools":[]}';
    expect((await ask(open, '/v1/responses', { body: twice })).status).toBe(200);
    expect(model.requests[0]?.text).not.toContain('web_search');
  });

  test.each([{}, { store: true }, { store: null }, { store: false }])(
    'OpenAI is told to keep nothing of an answer, whatever the agent says of it: %j',
    async asked => {
      const model = await scripted({ turns: [{ say: 'x' }] });
      const open = await openGateway({ model: route(model.url) });
      const body = { ...PROMPT, ...asked };
      expect((await ask(open, '/v1/responses', { body })).status).toBe(200);
      expect(JSON.parse(model.requests[0]?.text ?? '')).toMatchObject({ store: false });
    },
  );
});

describe('other dialects', () => {
  test('anthropic: input and output come in different events', async () => {
    let key: unknown;
    const upstream = await provider((asked, response) => {
      key = asked.headers['x-api-key'];
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of [
        {
          type: 'message_start',
          message: {
            usage: {
              input_tokens: 50,
              cache_read_input_tokens: 30,
              cache_creation_input_tokens: 7,
              output_tokens: 1,
            },
          },
        },
        { type: 'content_block_delta', delta: { type: 'text_delta', text: 'hi' } },
        { type: 'message_delta', usage: { output_tokens: 20 } },
      ])
        response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      response.end();
    });
    const open = await openGateway({ model: route(upstream, 'anthropic') });
    await ask(open, '/v1/messages?beta=true', {
      body: { model: 'm', messages: [] },
      headers: { 'x-api-key': 'placeholder' },
    });
    expect(key).toBe(KEY);
    expect(open.report().usage).toEqual({
      input: 50,
      cached: 30,
      cacheWrite: 7,
      output: 20,
      reasoning: 0,
    });
  });

  test('anthropic: what a tool of the client was given may name addresses', async () => {
    const upstream = await provider((_asked, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"usage":{"input_tokens":3}}');
    });
    const open = await openGateway({ model: route(upstream, 'anthropic') });
    const messages = [
      { role: 'assistant', content: [{ type: 'tool_use', input: { url: 'https://x.example' } }] },
    ];
    expect((await ask(open, '/v1/messages', { body: { model: 'm', messages } })).status).toBe(200);
    expect(open.report().usage.input).toBe(3);
  });

  test('chat: usage is asked for where the client did not', async () => {
    let sent = '';
    const upstream = await provider((asked, response) => {
      asked.on('data', chunk => {
        sent += chunk;
      });
      asked.on('end', () => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(
          'data: {"choices":[{"delta":{"content":"hi"}}]}\n\n' +
            'data: {"choices":[],"usage":{"prompt_tokens":12,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens":5}}\n\n' +
            'data: [DONE]\n\n',
        );
      });
    });
    const open = await openGateway({ model: route(upstream, 'openai-chat') });
    await ask(open, '/v1/chat/completions', { body: { model: 'm', stream: true, messages: [] } });
    expect(JSON.parse(sent).stream_options).toEqual({ include_usage: true });
    expect(open.report().usage).toEqual({
      input: 10,
      cached: 2,
      cacheWrite: 0,
      output: 5,
      reasoning: 0,
    });
  });

  test('chat: what is reserved is the bound, whatever is asked for', async () => {
    const bodies: Record<string, unknown>[] = [];
    const upstream = await provider(async (asked, response) => {
      bodies.push(JSON.parse(await text(asked)));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"usage":{"prompt_tokens":1,"completion_tokens":1}}');
    });
    const call = async (cap: number, asked: object) => {
      const open = await openGateway({
        model: route(upstream, 'openai-chat'),
        budget: tokensOfARun(cap),
      });
      await ask(open, '/v1/chat/completions', { body: { model: 'm', messages: [], ...asked } });
      return bodies.at(-1);
    };
    expect(await call(1_000_000, {})).toEqual({ model: 'm', messages: [], max_tokens: 64_000 });
    expect(await call(1_000_000, { max_tokens: 9 })).toMatchObject({ max_tokens: 9 });
    expect((await call(1_000, {}))?.max_tokens).toBeLessThan(1_000);
  });

  /** A server that answers where it is asked for no more than this, and else refuses in these words. */
  const small = async (most: number, said: string, asked: Record<string, unknown>[]) =>
    provider(async (request, response) => {
      const body = JSON.parse(await text(request));
      asked.push(body);
      const isTaken = (body.max_completion_tokens ?? body.max_tokens) <= most;
      response.writeHead(isTaken ? 200 : 400, { 'content-type': 'application/json' });
      response.end(
        isTaken
          ? '{"usage":{"prompt_tokens":9,"completion_tokens":1}}'
          : JSON.stringify({ error: { message: said } }),
      );
    });

  test('chat: a server that refuses the bound is asked once more with its own, and so from then on', async () => {
    const bodies: Record<string, unknown>[] = [];
    const said = 'max_tokens is too large: 64000. This model supports at most 8192 tokens.';
    const open = await openGateway({
      model: route(await small(8_192, said, bodies), 'openai-chat'),
      budget: tokensOfARun(1_000_000),
    });
    const body = { model: 'm', messages: [] };
    for (let call = 0; call < 2; call += 1)
      expect((await ask(open, '/v1/chat/completions', { body })).status).toBe(200);
    expect(bodies.map(({ max_tokens }) => max_tokens)).toEqual([64_000, 8_192, 8_192]);
    expect(open.report()).toMatchObject({ failures: {}, modelRequests: 2, usage: { output: 2 } });
  });

  test('chat: it is asked once more only, and not for less than the agent wants', async () => {
    const bodies: Record<string, unknown>[] = [];
    const said = 'max_tokens must be at most 8192';
    const open = await openGateway({
      model: route(await small(1, said, bodies), 'openai-chat'),
      budget: tokensOfARun(1_000_000),
    });
    const call = (fields: object) =>
      ask(open, '/v1/chat/completions', { body: { model: 'm', messages: [], ...fields } });
    const refused = await call({});
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(said)]);
    expect((await call({ max_tokens: 9_000 })).status).toBe(400);
    expect(bodies.map(({ max_tokens }) => max_tokens)).toEqual([64_000, 8_192, 9_000]);
    expect(open.report()).toMatchObject({ failures: { 400: 2 }, usage: { input: 0, output: 0 } });
  });

  test("chat: the bound has OpenAI's newer name where the model knows no other", async () => {
    const bodies: Record<string, unknown>[] = [];
    const upstream = await provider(async (request, response) => {
      const body = JSON.parse(await text(request));
      bodies.push(body);
      const isOld = body.max_tokens !== undefined;
      response.writeHead(isOld ? 400 : 200, { 'content-type': 'application/json' });
      const message =
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
      response.end(isOld ? JSON.stringify({ error: { message } }) : '{"usage":{}}');
    });
    const open = await openGateway({
      model: route(upstream, 'openai-chat'),
      budget: tokensOfARun(1_000_000),
    });
    const body = { model: 'm', messages: [] };
    expect((await ask(open, '/v1/chat/completions', { body })).status).toBe(200);
    expect(bodies[1]).toEqual({ model: 'm', messages: [], max_completion_tokens: 64_000 });
  });

  /** What a provider sends around one token, with the tools of the request, as it indents them. */
  const inOnePiece = (tools: unknown, text: string) =>
    JSON.stringify(
      {
        id: 'resp_1',
        metadata: Object.fromEntries(
          Array.from({ length: 16 }, (_, at) => [`k${at}`, 'v'.repeat(60)]),
        ),
        tools,
        output: [{ type: 'message', content: [{ type: 'output_text', text }] }],
        usage: { input_tokens: 20, output_tokens: 1 },
      },
      null,
      2,
    );

  test.each([
    ['passes whatever stands around one token', 'ok', false],
    ['is cut where far more comes than was asked for', 'x'.repeat(100_000), true],
  ])('an answer in one piece %s', async (_what, text, cut) => {
    const tools = Array.from({ length: 40 }, (_, at) => ({
      type: 'function',
      name: `tool_${at}`,
      parameters: { type: 'object', properties: { path: { type: 'string' } } },
    }));
    const upstream = await provider((_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(inOnePiece(tools, text));
    });
    const open = await openGateway({
      model: route(upstream, 'openai-responses'),
      budget: tokensOfARun(1_000_000),
    });
    const body = { model: 'm', input: 'Hi', tools, max_output_tokens: 1 };
    const answer = await ask(open, '/v1/responses', { body });
    expect(answer.cut).toBe(cut);
    if (!cut) expect(open.report().usage).toMatchObject({ input: 20, output: 1 });
  });

  test('chat: what is thought counts where a stream is cut, whatever its field is called', async () => {
    const upstream = await provider((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const delta = { reasoning: 'x'.repeat(300) };
      response.write(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`, () =>
        response.destroy(),
      );
    });
    const open = await openGateway({ model: route(upstream, 'openai-chat') });
    const body = { model: 'm', stream: true, messages: [] };
    expect(await ask(open, '/v1/chat/completions', { body })).toMatchObject({ cut: true });
    expect(open.report().usage.output).toBe(100);
  });

  test('gemini: the key in the query is dropped, thoughts are output', async () => {
    let path: string | undefined;
    const upstream = await provider((asked, response) => {
      path = asked.url;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(
        'data: {"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"cachedContentTokenCount":4,"candidatesTokenCount":6,"thoughtsTokenCount":2}}\r\n\r\n',
      );
    });
    const open = await openGateway({ model: route(upstream, 'gemini') });
    await ask(open, '/v1beta/models/g-3.1-pro:streamGenerateContent?alt=sse&key=mine', {
      body: {},
    });
    expect(path).toBe('/v1beta/models/g-3.1-pro:streamGenerateContent?alt=sse');
    expect(open.report().usage).toEqual({
      input: 5,
      cached: 4,
      cacheWrite: 0,
      output: 8,
      reasoning: 2,
    });
  });

  test('an answer in one piece is counted too', async () => {
    const upstream = await provider((_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"usage":{"input_tokens":12,"output_tokens":3}}');
    });
    const open = await openGateway({ model: route(upstream) });
    await ask(open, '/v1/responses', { body: { model: 'm', input: 'x' } });
    expect(open.report().usage).toMatchObject({ input: 12, output: 3 });
  });
});

describe("the dialect of ChatGPT's plans", () => {
  /** A token of the form that OpenAI gives, for this account. */
  const tokenOf = (account: unknown) => {
    const claims = { 'https://api.openai.com/auth': { chatgpt_account_id: account } };
    return ['head', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'sign'].join('.');
  };
  const asked = async (credential: string) => {
    const model = await scripted({ turns: [{ say: 'one two three' }] });
    const plan = { ...route(model.url, 'chatgpt'), credential: async () => credential };
    const open = await openGateway({ model: plan });
    const body = { ...PROMPT, max_output_tokens: 7 };
    const answer = await ask(open, '/backend-api/codex/responses', {
      body,
      headers: { 'chatgpt-account-id': 'mine', authorization: 'Bearer mine' },
    });
    const elsewhere = await ask(open, '/v1/responses', { body });
    return { model, answer, elsewhere, report: open.report() };
  };

  test('adds the token and its account, and asks for no bound of the output', async () => {
    const token = tokenOf('acc-1');
    const { model, answer, elsewhere, report } = await asked(token);
    expect([answer.status, elsewhere.status]).toEqual([200, 403]);
    const [request, ...more] = model.requests;
    expect(more).toEqual([]);
    expect(request?.path).toBe('/backend-api/codex/responses');
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'chatgpt-account-id': 'acc-1',
    });
    expect(request?.text).not.toContain('max_output_tokens');
    expect(JSON.parse(request?.text ?? '')).toMatchObject({ store: false });
    expect(report.usage).toMatchObject({ output: TURN_USAGE.output });
  });

  test.each([
    ['within what was reserved passes', 100, false],
    ['beyond it is cut off there', 1_000, true],
  ])('without a bound, an answer %s', async (_what, parts, cut) => {
    const delta = `data: ${JSON.stringify({ delta: 'word '.repeat(30) })}\n\n`;
    const upstream = await provider((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(delta.repeat(parts));
    });
    const open = await openGateway({
      model: route(upstream, 'chatgpt'),
      budget: tokensOfARun(10_000),
    });
    const answer = await ask(open, '/backend-api/codex/responses', { body: PROMPT });
    expect(answer.cut).toBe(cut);
    // A part of an answer that comes at once is counted as a whole.
    expect(open.report().usage.output).toBeLessThan(10_000 + (64 * 1_024) / 3);
  });

  test.each([tokenOf('a\r\nb'), tokenOf(7), 'not.json.x', 'no-token-at-all'])(
    'a token that names no account is sent alone: %s',
    async token => {
      const { model } = await asked(token);
      expect(model.requests[0]?.headers).not.toHaveProperty('chatgpt-account-id');
    },
  );
});

describe('the dialect of Claude subscriptions', () => {
  test.each([
    [{}, 'oauth-2025-04-20'],
    [{ 'anthropic-beta': 'one-1,two-2' }, 'one-1,two-2,oauth-2025-04-20'],
  ])('adds the token and what the API wants with it: %j', async (headers, beta) => {
    const model = await scripted({ turns: [{ say: 'one two three' }] });
    const token = 'sk-ant-oat01-token';
    const plan = { ...route(model.url, 'claude-plan'), credential: async () => token };
    const open = await openGateway({ model: plan });
    const body = {
      model: 'claude-sonnet-5-5',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hi' }],
    };
    const mine = { 'x-api-key': 'mine', authorization: 'Bearer mine' };
    const answer = await ask(open, '/v1/messages', { body, headers: { ...mine, ...headers } });
    expect(answer.status).toBe(200);
    expect(model.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'anthropic-beta': beta,
    });
    expect(model.requests[0]?.headers).not.toHaveProperty('x-api-key');
  });
});
