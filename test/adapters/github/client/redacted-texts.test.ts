import { expect, test } from 'vitest';
import { redactTexts } from '../../../../src/adapters/github/client/redacted-texts.ts';
import { redact } from '../../../../src/core/redaction/redact.ts';

const OURS = 'our "own" secret';

test('what people read of a request holds no secret of ours; names and content stay exact', () => {
  const request = {
    method: 'POST',
    url: '/repos/{owner}/{repo}/check-runs',
    head_sha: 'a'.repeat(40),
    content: Buffer.from(OURS).toString('base64'),
    title: null,
    comments: [{ path: 'a.js', line: 1, body: OURS }],
    body: `before ${OURS} after`,
    output: {
      title: OURS,
      annotations: [{ message: Buffer.from(`u:${OURS}`).toString('base64') }],
    },
  };
  const { body, output, comments, ...exact } = structuredClone(request);
  redactTexts(request, text => redact(text, [OURS]));
  expect(request).toEqual({
    ...exact,
    body: 'before [redacted: secret] after',
    comments: [{ path: 'a.js', line: 1, body: '[redacted: secret]' }],
    output: {
      title: '[redacted: secret]',
      annotations: [{ message: expect.stringMatching(/^.{2,4}\[redacted: secret\].{0,2}$/) }],
    },
  });
  expect([body, output.title, comments[0]?.body]).toEqual([`before ${OURS} after`, OURS, OURS]);
});
