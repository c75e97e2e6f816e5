/** Where two requests differ first, and what that is part of, in each dialect. */
import { expect, it } from 'vitest';
import { VOLATILE_TEXTS } from '../../../src/adapters/agents/volatile.ts';
import { firstDifference } from '../../../src/engine/agent-replay/first-difference.ts';
import { NOTHING_VOLATILE } from '../../../src/engine/ports/agent.ts';

const responses = (over: { user?: string; call?: string; output?: string }) => ({
  model: 'm',
  instructions: 'You fix.',
  input: [
    { role: 'user', content: [{ type: 'input_text', text: over.user ?? 'Fix it.' }] },
    { type: 'function_call', call_id: 'c', name: 'shell', arguments: over.call ?? '{}' },
    { type: 'function_call_output', call_id: 'c', output: over.output ?? 'red' },
  ],
});
const chat = (over: { user?: string; call?: string; output?: string }) => ({
  model: 'm',
  messages: [
    { role: 'system', content: 'You fix.' },
    { role: 'user', content: over.user ?? 'Fix it.' },
    { role: 'assistant', tool_calls: [{ id: 'c', function: { arguments: over.call ?? '{}' } }] },
    { role: 'tool', tool_call_id: 'c', content: over.output ?? 'red' },
  ],
});
const anthropic = (over: { user?: string; call?: string; output?: string }) => ({
  system: [{ type: 'text', text: 'You fix.' }],
  messages: [
    { role: 'user', content: [{ type: 'text', text: over.user ?? 'Fix it.' }] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'c', input: { x: over.call ?? '' } }] },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'c', content: over.output ?? 'red' }],
    },
  ],
});
const gemini = (over: { user?: string; call?: string; output?: string }) => ({
  systemInstruction: { parts: [{ text: 'You fix.' }] },
  contents: [
    { role: 'user', parts: [{ text: over.user ?? 'Fix it.' }] },
    { role: 'model', parts: [{ functionCall: { name: 'sh', args: { x: over.call ?? '' } } }] },
    {
      role: 'user',
      parts: [{ functionResponse: { name: 'sh', response: { output: over.output ?? 'red' } } }],
    },
  ],
});

it.each([
  [
    'openai-responses',
    responses,
    'input[0].content[0].text',
    'input[1].arguments',
    'input[2].output',
  ],
  [
    'openai-chat',
    chat,
    'messages[1].content',
    'messages[2].tool_calls[0].function.arguments',
    'messages[3].content',
  ],
  [
    'anthropic',
    anthropic,
    'messages[0].content[0].text',
    'messages[1].content[0].input.x',
    'messages[2].content[0].content',
  ],
  [
    'gemini',
    gemini,
    'contents[0].parts[0].text',
    'contents[1].parts[0].functionCall.args.x',
    'contents[2].parts[0].functionResponse.response.output',
  ],
])('%s: the prompt, the answer of the model, the output of a tool', (_, request, ...fields) => {
  const [user, call, output] = fields;
  const differ = (over: Parameters<typeof request>[0]) => {
    const found = firstDifference(request({}), request(over), NOTHING_VOLATILE);
    return found && [found.field, found.part, found.replayed];
  };
  expect(differ({})).toBeNull();
  expect(differ({ user: 'Break it.' })).toEqual([user, 'the prompt', '"Break it."']);
  expect(differ({ call: 'no' })).toEqual([call, 'the answer of the model', '"no"']);
  expect(differ({ output: 'green' })).toEqual([output, 'the output of a tool', '"green"']);
  // The first of them is named.
  expect(differ({ output: 'green', user: 'Break it.' })?.[0]).toBe(user);
});

it('names what one side has and the other has not', () => {
  const differ = (a: unknown, b: unknown) => firstDifference(a, b, NOTHING_VOLATILE);
  const said = { role: 'assistant', content: 'more' };
  expect(differ({ messages: [] }, { messages: [said] })).toMatchObject({
    field: 'messages[0]',
    part: 'the answer of the model',
    recorded: 'nothing',
    replayed: JSON.stringify(said),
  });
  expect(differ({ tools: [{ name: 'a' }] }, { tools: [] })).toMatchObject({
    field: 'tools[0]',
    part: 'the list of tools',
  });
  expect(differ({ model: 'a' }, { model: 'b' })).toMatchObject({ part: 'the request' });
  expect(differ({ a: 1 }, null)).toMatchObject({
    field: '',
    recorded: '{"a":1}',
    replayed: 'null',
  });
  expect(differ({ __proto__: null, a: 1 }, { a: 1 })).toBeNull();
});

it('shows both sides around the place', () => {
  const found = firstDifference(
    { text: `${'x'.repeat(500)}one${'y'.repeat(500)}` },
    { text: `${'x'.repeat(500)}two${'y'.repeat(500)}` },
    NOTHING_VOLATILE,
  );
  expect(found?.recorded).toMatch(/^…"x{80}one.*"…$/);
  expect(found?.replayed).toMatch(/^…"x{80}two.*"…$/);
  expect(found?.recorded.length).toBeLessThan(300);
});

it('leaves out the fields that are volatile, and no others', () => {
  const volatile = { fields: ['meta.turn', 'input.*.id'], texts: [] };
  const request = (turn: string, id: string, other: string) => ({
    meta: { turn, other },
    input: [{ id, text: 'a' }],
    id: other,
  });
  expect(firstDifference(request('1', '2', 'x'), request('3', '4', 'x'), volatile)).toBeNull();
  expect(firstDifference(request('1', '2', 'x'), request('1', '2', 'y'), volatile)).toMatchObject({
    field: 'meta.other',
  });
});

it.each([
  ['dates', 'at 2026-11-28T15:03:11.123Z', 'at 2027-01-02T01:02:03.4Z'],
  ['dates of a shell', 'Sat Nov 28 15:03:11 UTC 2026', 'Sun Nov 29 01:00:00 UTC 2026'],
  ['dates of a prompt', 'Today is Saturday, November 28, 2026.', 'Today is Monday, May 3, 2027.'],
  ['durations', 'done in 12.5 ms, 3 seconds', 'done in 7ms, 41 seconds'],
  ['fields of durations', '# duration_ms 43.1', '# duration_ms 9.25'],
  ['wall times', 'Wall time: 0.0512 seconds', 'Wall time: 1.2 seconds'],
  [
    'random ids',
    'msg_0e03ebf4-99c4-5cb2-86ed-37d9e42c7afb',
    'msg_388af2ed-0e21-5c99-8139-7067a83f660a',
  ],
  ['temporary folders', 'in /tmp/vitest-x7Kq2P/a', 'in /tmp/vitest-B8mmQ1/a'],
])('texts: %s are volatile', (_, recorded, replayed) => {
  const volatile = { fields: [], texts: VOLATILE_TEXTS };
  expect(firstDifference([recorded], [replayed], volatile)).toBeNull();
  expect(firstDifference([recorded], [`${replayed}!`], volatile)).not.toBeNull();
});

it.each([
  ['5 tests passed', '6 tests passed'],
  ['exit code 1', 'exit code 2'],
  ['version 1.2.3', 'version 1.2.4'],
  ['line 15', 'line 16'],
])('texts: %s is not volatile', (recorded, replayed) => {
  const volatile = { fields: [], texts: VOLATILE_TEXTS };
  expect(firstDifference([recorded], [replayed], volatile)).not.toBeNull();
});

it('compares what is nested deeply without falling over', () => {
  const nested = (end: string) => JSON.parse(`${'['.repeat(50_000)}"${end}"${']'.repeat(50_000)}`);
  expect(firstDifference(nested('a'), nested('b'), NOTHING_VOLATILE)).toMatchObject({
    replayed: '"b"',
  });
});

it('names the request where a field is called as what every object has', () => {
  const request = (text: string) => ({ input: [{ constructor: text }] });
  expect(firstDifference(request('a'), request('b'), NOTHING_VOLATILE)?.part).toBe('the request');
});

it('compares lists of more items than a call takes arguments', () => {
  const long = (end: string) => ({ input: [...Array(150_000).fill('a'), end] });
  expect(firstDifference(long('a'), long('b'), NOTHING_VOLATILE)).toMatchObject({
    replayed: '"b"',
  });
});
