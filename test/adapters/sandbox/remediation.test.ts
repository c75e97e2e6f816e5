/** What mends a sandbox that can't be built follows from why it can't. */
import { expect, test } from 'vitest';
import { remediationFor } from '../../../src/adapters/sandbox/remediation.ts';

test.each([
  'The disk of /tmp/a is almost full: free some space so that agents can run.',
  "ENOSPC: no space left on device, mkdir '/tmp/a'",
  'bwrap: Creating new root: No space left on device',
])('%j is no matter of namespaces', async problem => {
  for (const root of [true, false])
    expect(await remediationFor(problem, root)).toMatch(/^Make room on that disk/);
});

test('an old bubblewrap is told as such', async () => {
  expect(await remediationFor('bwrap: Unknown option --foo', true)).toContain('version 0.8');
});
