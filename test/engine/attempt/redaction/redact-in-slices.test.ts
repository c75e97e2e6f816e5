/** Secrets are found wherever they stand in a long text, and the process goes on meanwhile. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { redact } from '../../../../src/core/redaction/redact.ts';
import { redactInSlices } from '../../../../src/engine/attempt/redaction/redact-in-slices.ts';

const OURS = 'a secret of ours "quoted", \\ and {braces}';
const clean = (text: string) => redact(text, [OURS]);

/** The lines of a key stand on both sides of where a piece might end. */
const keyIn = (at: number) =>
  `${'x'.repeat(at % 700)} ${OURS}.\n-----BEGIN PRIVATE KEY-----\n${KEY_LINE.repeat(20)}-----END PRIVATE KEY-----\n`;
const KEY_LINE = `${'MIIEvQIBADANBgkq'.repeat(4)}\n`;

/** Each place is another distance from where a piece may end. */
const said = (at: number) => `${'x'.repeat(at % 700)} ${OURS} ghp_${'a1B2c3D4e5F6'.repeat(3)}`;

it.each([
  [
    'a conversation',
    JSON.stringify({ input: Array.from({ length: 400 }, (_, at) => ({ text: said(at) })) }),
  ],
  [
    'a conversation within a string',
    JSON.stringify({
      arguments: JSON.stringify(Array.from({ length: 400 }, (_, at) => ({ a: said(at) }))),
    }),
  ],
  [
    'a stream',
    Array.from({ length: 400 }, (_, at) => `data: ${JSON.stringify({ delta: said(at) })}\n\n`).join(
      '',
    ),
  ],
  [
    'buffers over lines',
    `${JSON.stringify({ all: Array.from({ length: 60 }, (_, at) => Buffer.from(said(at).slice(-60))) }, null, 1)}\n`,
  ],
  ['a log with private keys', Array.from({ length: 400 }, (_, at) => keyIn(at)).join('')],
  ['one long line', `${'x'.repeat(100_000)} ${said(1)}`],
  ['nothing', ''],
])('%s loses the secrets that it loses in one go', async (_, text) => {
  const redacted = await redactInSlices(text, clean);
  expect(redacted).toBe(clean(text));
  expect(redacted).not.toContain('braces');
});

it('leaves room for what else there is to do', async () => {
  let turns = 0;
  let done = false;
  const working = redactInSlices(`${'word '.repeat(2_000)}\n`.repeat(600), clean).then(() => {
    done = true;
  });
  while (!done) {
    await nextTurn();
    turns += 1;
  }
  await working;
  expect(turns).toBeGreaterThan(2);
});
