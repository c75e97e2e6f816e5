/** A secret that a model streams token by token is in no recording of the stream. */
import { expect, test } from 'vitest';
import { redact } from '../../../../src/core/redaction/redact.ts';
import { redactDeltas } from '../../../../src/engine/attempt/redaction/redact-deltas.ts';

const SECRET = `sk-ant-api03-${'a1B2c3D4'.repeat(6)}`;
const pieces = ['The key ', 'is ', ...(SECRET.match(/.{1,4}/g) ?? []), ' and', ' that is all.'];

const STREAMS: Record<string, (piece: string, at: number) => string> = {
  'events of Anthropic': text =>
    `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}\n\n`,
  'events of OpenAI, which are numbered': (delta, at) =>
    `data: ${JSON.stringify({ type: 'response.output_text.delta', sequence_number: at, delta, obfuscation: `x${at}` })}\n\n`,
  'choices of OpenAI': content =>
    `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`,
  'candidates of Gemini': text =>
    `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text }] } }] }, null, 1).replaceAll('\n', '')}\n\n`,
  'the input of a tool': partial_json =>
    `data: ${JSON.stringify({ delta: { type: 'input_json_delta', partial_json } })}\n\n`,
};

test.each(Object.entries(STREAMS))('%s', async (_name, eventOf) => {
  const stream = (given: readonly string[]) => given.map(eventOf).join('');
  const clean = await redactDeltas(stream(pieces), redact);
  for (let at = 0; at < SECRET.length - 4; at += 4)
    expect(clean).not.toContain(`"${SECRET.slice(at, at + 4)}"`);
  expect(clean).toContain('"The key "');
  expect(clean).toContain('" that is all."');
  for (const line of clean.split('\n').filter(each => each.startsWith('data: ')))
    JSON.parse(line.slice('data: '.length));
  const harmless = stream(['One ', 'two', ' three "quoted"\n', 'four']);
  expect(await redactDeltas(harmless, redact)).toBe(harmless);
});
