import { describe, expect, it } from 'vitest';
import {
  BROKEN_MS,
  breakerOf,
  ordered,
  type RouteOrder,
  type RunRecord,
  restInWords,
} from '../../src/core/run-record.ts';
import { mayHelpElsewhere } from '../../src/core/task/work/fallback.ts';

const NOW = new Date('2026-11-28T10:00:00.000Z');
const HERE = 7;
const codex = { adapter: 'codex', model: 'large' };
const claude = { adapter: 'claude', model: 'large' };

const record = (over: Partial<RunRecord> = {}): RunRecord => ({
  ...codex,
  role: 'author',
  provider: 'openai',
  repositoryId: HERE,
  outcome: 'success',
  class: null,
  rejected: null,
  tokens: 1_000,
  nanoUsd: null,
  ms: 60_000,
  asked: 0,
  denied: 0,
  interventions: 0,
  endedAt: new Date(NOW.getTime() - 60_000).toISOString(),
  ...over,
});
const failed = (over: Partial<RunRecord> = {}) =>
  record({ outcome: 'failure', class: 'rate_limit', ...over });
const times = (count: number, one: RunRecord) => Array.from({ length: count }, () => one);

describe('an agent is let alone', () => {
  const breaker = (records: RunRecord[], now = NOW) =>
    breakerOf(codex, records, now, mayHelpElsewhere);

  it('after three failures of its provider in a row, for a while', () => {
    const open = breaker(times(3, failed()));
    expect(open?.since).toBe(failed().endedAt);
    expect(open && restInWords(open)).toBe(
      'Its last 3 runs failed because of its provider, so it is let alone for 4 min.',
    );
    expect(breaker(times(2, failed()))).toBeNull();
    expect(breaker(times(3, failed()), new Date(NOW.getTime() + BROKEN_MS))).toBeNull();
  });
  it.each([
    ['a success among them', [failed(), failed(), record()]],
    ['a failure of the work among them', [failed(), failed({ class: 'unchanged' }), failed()]],
    ['another model', times(3, failed({ model: 'small' }))],
    ['another adapter', times(3, failed(claude))],
  ])('but not because of %s', (_name, records) => {
    expect(breaker(records)).toBeNull();
  });
  it('again where the one run after the pause fails as well', () => {
    const before = new Date(NOW.getTime() - BROKEN_MS).toISOString();
    expect(breaker([failed(), ...times(2, failed({ endedAt: before }))])).not.toBeNull();
  });
});

describe('a chain is ordered', () => {
  const order = (by: RouteOrder, records: RunRecord[]) =>
    ordered([codex, claude], records, { order: by, repositoryId: HERE }).map(
      ({ agent, because }) => [agent.adapter, because],
    );
  const good = (count: number, over: Partial<RunRecord> = {}) => times(count, record(over));
  const bad = (count: number, over: Partial<RunRecord> = {}) =>
    times(count, failed({ class: 'agent', ...over }));

  it('as it stands, where it is fixed', () => {
    expect(order('fixed', [...bad(9), ...good(9, claude)])).toEqual([
      ['codex', null],
      ['claude', null],
    ]);
  });
  it('by success', () => {
    expect(order('success', [...bad(4), ...good(1), ...good(5, claude)])).toEqual([
      ['claude', 'By its record in this repository: the work of 5 of 5 runs stood.'],
      ['codex', 'By its record in this repository: the work of 1 of 5 runs stood.'],
    ]);
  });
  it('by success, which is work that stood: that an agent ended well says nothing of it', () => {
    const thrownAway = [...good(4, { rejected: 'red' }), ...good(5, { rejected: 'sent_back' })];
    expect(
      order('success', [...thrownAway, ...good(1), ...good(2, claude), ...bad(3, claude)]),
    ).toEqual([
      ['claude', 'By its record in this repository: the work of 2 of 5 runs stood.'],
      ['codex', 'By its record in this repository: the work of 1 of 10 runs stood.'],
    ]);
  });
  it('by what a success costs, with what failed before it', () => {
    const cheap = [...good(2, { tokens: 100 }), ...bad(8, { tokens: 1_000 })];
    expect(order('cost', [...cheap, ...good(5, { ...claude, tokens: 2_000 })])).toEqual([
      [
        'claude',
        'By its record in this repository: 2,000 tokens for each success; the work of 5 of 5 runs stood.',
      ],
      [
        'codex',
        'By its record in this repository: 4,100 tokens for each success; the work of 2 of 10 runs stood.',
      ],
    ]);
  });
  it('by money, where all prices are known: a dear model may take fewer tokens', () => {
    const dear = good(5, { tokens: 100, nanoUsd: 2e9 });
    const cheap = { ...claude, tokens: 9_000, nanoUsd: 1e9 };
    expect(order('cost', [...dear, ...good(5, cheap)])).toEqual([
      [
        'claude',
        'By its record in this repository: $1.00 for each success; the work of 5 of 5 runs stood.',
      ],
      [
        'codex',
        'By its record in this repository: $2.00 for each success; the work of 5 of 5 runs stood.',
      ],
    ]);
    const unpriced = [...good(4, cheap), ...good(1, { ...cheap, nanoUsd: null })];
    expect(order('cost', [...dear, ...unpriced])[0]).toEqual([
      'codex',
      'By its record in this repository: 100 tokens for each success; the work of 5 of 5 runs stood.',
    ]);
  });
  it('by how long a success takes; who never succeeds comes last', () => {
    expect(order('latency', [...bad(5, { ms: 1 }), ...good(5, { ...claude, ms: 9_000 })])).toEqual([
      ['claude', 'By its record in this repository: half of the runs whose work stood took 9 s.'],
      ['codex', 'By its record in this repository: the work of 0 of 5 runs stood.'],
    ]);
  });
  it('by the record anywhere, where that in the repository is short', () => {
    const elsewhere = { repositoryId: HERE + 1 };
    const records = [...bad(1), ...bad(4, elsewhere), ...good(5, { ...claude, ...elsewhere })];
    expect(order('success', records)).toEqual([
      ['claude', 'By its record in all repositories: the work of 5 of 5 runs stood.'],
      ['codex', 'By its record in all repositories: the work of 0 of 5 runs stood.'],
    ]);
  });
  it.each(['success', 'cost', 'latency'] as const)(
    'by %s with those that have no record after those that have succeeded, and before those that never have',
    by => {
      const unknown = 'It has fewer than 5 runs in this role, so its place in the chain counts.';
      expect(order(by, good(5, claude))).toEqual([
        ['claude', expect.stringMatching(/^By its record in this repository: /)],
        ['codex', unknown],
      ]);
      expect(order(by, bad(5))).toEqual([
        ['claude', unknown],
        ['codex', 'By its record in this repository: the work of 0 of 5 runs stood.'],
      ]);
    },
  );
});
