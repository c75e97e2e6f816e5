/** One script in every dialect, streamed and not, read by the gateway, which knows them by their providers' word. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Usage } from '../../src/core/agent-event.ts';
import type { ModelRoute } from '../../src/engine/ports/gateway.ts';
import { ask, openGateway } from '../gateway/start-gateway.ts';
import { TURN_USAGE, type Turn } from './answer.ts';
import { startScriptedModel } from './server.ts';

type Request = { path: string; body: Record<string, unknown> };

/** A request of each dialect in which the tools answered so many times, and the tool for commands of its CLI. */
const REQUESTS: {
  dialect: ModelRoute['dialect'];
  request(streamed: boolean, results: number): Request;
  reasoning: number;
}[] = [
  {
    dialect: 'openai-responses',
    request: (stream, results) => ({
      path: '/v1/responses',
      body: {
        model: 'm',
        stream,
        tools: [{ type: 'function', name: 'exec_command' }],
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'Fix it.' }] },
          ...Array.from({ length: results }, () => ({ type: 'function_call_output', output: '' })),
        ],
      },
    }),
    reasoning: TURN_USAGE.reasoning,
  },
  {
    dialect: 'openai-chat',
    request: (stream, results) => ({
      path: '/v1/chat/completions',
      body: {
        model: 'm',
        stream,
        tools: [{ type: 'function', function: { name: 'bash' } }],
        messages: [
          { role: 'user', content: 'Fix it.' },
          ...Array.from({ length: results }, () => ({ role: 'tool', content: '' })),
        ],
      },
    }),
    reasoning: TURN_USAGE.reasoning,
  },
  {
    dialect: 'anthropic',
    request: (stream, results) => ({
      path: '/v1/messages',
      body: {
        model: 'm',
        stream,
        tools: [{ name: 'Bash' }],
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'Fix it.' }] },
          ...Array.from({ length: results }, (_, id) => ({
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: `${id}`, content: '' },
              { type: 'text', text: 'A reminder of the client.' },
            ],
          })),
        ],
      },
    }),
    // Anthropic does not tell it apart.
    reasoning: 0,
  },
  {
    dialect: 'gemini',
    request: (stream, results) => ({
      path: `/v1beta/models/m:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
      body: {
        tools: [{ functionDeclarations: [{ name: 'run_shell_command' }] }],
        contents: [
          { role: 'user', parts: [{ text: 'Fix it.' }] },
          ...Array.from({ length: results }, () => ({
            role: 'user',
            parts: [{ functionResponse: { name: 'run_shell_command', response: {} } }],
          })),
        ],
      },
    }),
    reasoning: TURN_USAGE.reasoning,
  },
];

const TURNS: Turn[] = [{ say: 'I look first.', shell: 'cat sum.sh' }, { say: 'It is mended.' }];

async function open(
  script: Parameters<typeof startScriptedModel>[0],
  dialect: ModelRoute['dialect'],
) {
  const model = await startScriptedModel(script);
  onTestFinished(model.close);
  const gateway = await openGateway({
    model: {
      dialect,
      upstream: model.url,
      credential: async () => 'a key',
      mayCall: async () => ({ outcome: 'allow', ruleId: null, reason: '' }),
    },
  });
  return { model, gateway };
}

describe.each(REQUESTS)('$dialect', ({ dialect, request, reasoning }) => {
  test.each([true, false])(
    'plays the turn that is due, and is counted (streamed: %s)',
    async streamed => {
      const { model, gateway } = await open({ turns: TURNS }, dialect);
      const send = async (results: number) => {
        const { path, body } = request(streamed, results);
        const { status, text } = await ask(gateway, path, { body });
        expect(status, text).toBe(200);
        return text;
      };
      const first = await send(0);
      expect(first).toContain('cat sum.sh');
      expect(first).not.toContain('mended');
      expect(await send(0)).toBe(first);
      const second = await send(1);
      expect(second).toContain('mended');
      expect(second).not.toContain('cat sum.sh');

      expect(model.requests.map(({ prompts, turn }) => ({ prompts, turn }))).toEqual(
        [0, 0, 1].map(turn => ({ prompts: ['Fix it.'], turn })),
      );
      const counted: Usage = {
        input: TURN_USAGE.input - TURN_USAGE.cached,
        cached: TURN_USAGE.cached,
        cacheWrite: 0,
        output: TURN_USAGE.output,
        reasoning,
      };
      const thrice = Object.entries(counted).map(([name, tokens]) => [name, 3 * tokens]);
      expect(gateway.report().usage).toEqual(Object.fromEntries(thrice));
    },
  );

  test('breaks off in the middle of a stream, and of an answer in one piece', async () => {
    const { gateway } = await open(
      { turns: [{ say: 'word '.repeat(40) }], fault: () => ({ cutAfter: 20 }) },
      dialect,
    );
    for (const streamed of [true, false]) {
      const { path, body } = request(streamed, 0);
      const answer = await ask(gateway, path, { body });
      expect(answer).toMatchObject({ status: 200, cut: true });
      expect(answer.text).toContain('word');
    }
    expect(gateway.report().usage.output).toBeGreaterThan(20);
  });
});
