/** What was written is kept without secrets; what Gatehouse acts on is kept as it is. */
import { expect, test } from 'vitest';
import { redact } from '../../src/core/redaction/redact.ts';
import { withSentencesRedacted } from '../../src/engine/redact-sentences.ts';

const TOKEN = `ghp_${'a1B2c3D4e5f6'.repeat(3)}`;
const CLEAN = '[redacted: GitHub token]';

test('sentences at any depth, alone and in lists', () => {
  const data = {
    goal: { title: `Use ${TOKEN}`, body: `"${TOKEN}"\n` },
    decision: { reasons: [`It has ${TOKEN}.`, 'It is small.'], quorum: 1 },
    instructions: '',
    branch: TOKEN,
    paths: [TOKEN],
    denial: null,
  };
  expect(withSentencesRedacted(data, redact)).toEqual({
    ...data,
    goal: { title: `Use ${CLEAN}`, body: `"${CLEAN}"\n` },
    decision: { reasons: [`It has ${CLEAN}.`, 'It is small.'], quorum: 1 },
  });
});

test('half a secret that was cut before it came here', () => {
  expect(withSentencesRedacted({ message: `Not read: ${TOKEN.slice(0, 30)}` }, redact)).toEqual({
    message: `Not read: ${CLEAN}`,
  });
});
