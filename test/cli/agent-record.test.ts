/** `gatehouse agents record`: each agent's record, with the level of trust that is proposed by it. */
import { expect, it } from 'vitest';
import type { OpenedLog } from '../../src/cli/services.ts';
import type { Profile } from '../../src/core/profile.ts';
import type { RecordSum, RunRecords } from '../../src/engine/ports/run-records.ts';
import { runProgram } from './run-program.ts';

const NOW = new Date('2026-11-30T12:00:00.000Z');
const sum = (over: Partial<RecordSum>): RecordSum => ({
  role: 'author',
  adapter: 'codex',
  model: 'large',
  provider: 'openai',
  repository: { id: 7, name: 'acme/widgets' },
  runs: 25,
  succeeded: 24,
  medianMs: 1,
  tokens: 1,
  nanoUsd: 1,
  unpricedRuns: 0,
  denied: 0,
  interventions: 0,
  asked: 0,
  askedOf: 25,
  failures: [],
  lastAt: NOW.toISOString(),
  ...over,
});

async function record(sums: RecordSum[], ...options: string[]) {
  const asked: Parameters<RunRecords['sums']>[0][] = [];
  const openLog = async () =>
    ({
      now: async () => NOW,
      close: async () => {},
      runRecords: {
        async sums(query: (typeof asked)[number]) {
          asked.push(query);
          return sums;
        },
      },
    }) as unknown as OpenedLog;
  const roles = async () => [{ name: 'author', trust: 'T2', readOnly: false } as Profile];
  const { out } = await runProgram(['agents', 'record', ...options], { openLog, roles });
  return { out, asked };
}

it('proposes a level, with its reason, and changes nothing', async () => {
  const { out, asked } = await record(
    [sum({}), sum({ adapter: 'claude', denied: 1 }), sum({ role: 'reader', repository: null })],
    '--days',
    '90',
    '--by-repository',
  );
  const since = new Date('2026-09-01T12:00:00.000Z');
  expect(asked).toEqual([{ repositories: null, since, byRepository: true }]);
  expect(out.split('\n').map(line => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
    'ROLE | AGENT | REPOSITORY | STOOD | DENIED | TRUST | WHY',
    'author | codex, large | acme/widgets | 24 of 25 | 0 | T2 → T3 | The work of 24 of 25 runs stood, policy denied nothing, and nobody had to step in.',
    'author | claude, large | acme/widgets | 24 of 25 | 1 | T2 → T1 | Policy denied something to it in 25 runs.',
    'reader | codex, large | all | 24 of 25 | 0',
    '',
    expect.stringMatching(/^Nothing is changed by this: /),
    '',
  ]);
});

it('says where there is no record', async () => {
  expect((await record([])).out).toBe('No run of an agent ended in these days.\n');
});
