import { expect, test } from 'vitest';
import { redact } from '../../../src/core/redaction/redact.ts';
import { changeFacts, UNJUDGED } from '../../../src/engine/facts/change.ts';
import { change, entry } from '../../patch/change.ts';

const OURS = 'of no known form';
const deps = { redact: (text: string) => redact(text, [OURS]) };
const factsOf = (...entries: Parameters<typeof entry>[]) =>
  changeFacts(change(...entries.map(each => entry(...each))), UNJUDGED, deps);

test('a change that adds a secret of ours has the finding, whose words do not tell it', () => {
  const { context, paths, content } = factsOf(
    ['plain.txt', { before: 'a', after: 'b' }],
    ['made.txt', { after: Buffer.from(`u:${OURS}`).toString('base64') }],
    [`docs/${OURS}.md`, { after: 'text' }],
  );
  expect(context.findings).toContain('secret');
  expect(paths.map(({ path, findings }) => [path, findings.includes('secret')])).toEqual([
    ['docs/[redacted: secret].md', true],
    ['made.txt', true],
    ['plain.txt', false],
  ]);
  expect(JSON.stringify(content)).not.toContain(OURS);
});

test('one that was there before is no finding', () => {
  const { context } = factsOf(['kept.txt', { before: `x ${OURS}`, after: `y ${OURS}` }]);
  expect(context.findings).not.toContain('secret');
});
