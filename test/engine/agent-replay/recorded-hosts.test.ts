/** A replay has no network: a host that its run had used is named, and one that was denied is denied again. */
import { expect, test, vi } from 'vitest';
import type { AgentEvent } from '../../../src/core/agent-event.ts';
import { createDivergences } from '../../../src/engine/agent-replay/divergence.ts';
import {
  recordedDecisions,
  recordedHosts,
} from '../../../src/engine/agent-replay/recorded-decisions.ts';
import { createJournal } from '../../../src/engine/attempt/process/journal.ts';
import { journalLines } from '../attempt/journal-lines.ts';

function replaying(events: AgentEvent[]) {
  const recorded = createJournal({
    run: 'run',
    adapter: 'small',
    version: '1',
    session: () => null,
    written: () => {},
    redact: text => text,
    clock: { now: () => new Date(0) },
  });
  recorded.add(events, null);
  const journal = journalLines(recorded);
  const divergences = createDivergences();
  const redact = (text: string) => text;
  const decide = recordedDecisions({
    journal,
    redact,
    divergences,
    stop: () => {},
    answered: () => 1,
  });
  return { divergences, mayConnect: recordedHosts({ journal, divergences }, decide) };
}

const connect = { action: 'net.connect', resource: 'api.corp.test:443', ruleId: 'r' } as const;

test('a run that asked about no host has none to ask about', () => {
  expect(replaying([{ type: 'reasoning', text: 'hm' }]).mayConnect).toBeNull();
});

test('a host that was denied is denied again', async () => {
  const denied = { type: 'tool.denied', by: 'policy', reason: 'No.', ...connect } as const;
  const { mayConnect, divergences } = replaying([denied]);
  expect(await mayConnect?.({ host: 'api.corp.test', port: 443 })).toMatchObject({
    outcome: 'deny',
    reason: 'No.',
  });
  expect(divergences.first()).toBeNull();
});

test.each([
  [
    'a host that was reached is the first divergence',
    'api.corp.test',
    {
      of: 'a host',
      at: 'a connection to api.corp.test:443',
      recorded: 'the run used the host api.corp.test:443',
      replayed: 'a replay reaches no host',
    },
  ],
  [
    'a host that the run did not ask about is a divergence too',
    'other.test',
    { recorded: 'net.connect api.corp.test:443', replayed: 'net.connect other.test:443' },
  ],
])('%s, and the replay ends', async (_what, host, divergence) => {
  const { mayConnect, divergences } = replaying([{ type: 'tool.allowed', ...connect }]);
  void mayConnect?.({ host, port: 443 });
  await vi.waitFor(() => expect(divergences.first()).toMatchObject(divergence));
  expect(divergences.signal.aborted).toBe(true);
});
