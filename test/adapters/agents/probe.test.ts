import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { printedVersion } from '../../../src/adapters/agents/probe.ts';

test.each([
  { script: 'echo "the-agent 1.22.3 (x64)"', mostMs: 60_000, told: '1.22.3' },
  {
    script: 'trap "" TERM; while :; do :; done',
    mostMs: 100,
    told: 'it told no version within 0.1 s',
  },
  { script: 'exit 3', mostMs: 60_000, told: 'Command failed' },
  {
    script: 'test -z "$(ls -A "$HOME")" && test "$TMPDIR" = "$HOME" && basename "$HOME"',
    mostMs: 60_000,
    told: 'gatehouse-probe-',
  },
])('$script tells: $told', async ({ script, mostMs, told }) => {
  const folder = await mkdtemp(join(tmpdir(), 'probe-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const program = join(folder, 'agent');
  await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await expect(printedVersion(program, { mostMs }).catch(String)).resolves.toContain(told);
});
