/** Many calls for work at once: one comment answers for all, and what each makes comes into view with its work. */
import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/adapters/github/surfaces/reply.ts';
import { type Batch, batchAfter, gatheredReply } from '../../src/core/callers/batch.ts';
import { callers } from '../../src/core/callers/decider.ts';
import type { Reply } from '../../src/core/reply.ts';
import { testsOf } from './given-when-then.ts';
import { created, given as givenTask, HISTORY } from './task/given.ts';

const repository = { id: 1, owner: 'acme', name: 'shop', installation: 1 };
const by = { id: 7, login: 'mona' };
const { given } = testsOf('callers', callers);
const gather = (issue: number) => ({
  type: 'gather' as const,
  data: { repository, by, issue, commands: ['fix'] },
  spanMs: 60_000,
});

describe('a batch', () => {
  it('has one answer, where the first of its calls was given', () => {
    const { state, open } = given(gather(11), gather(12), gather(13));
    expect(open).toEqual(['answer:batch-1']);
    expect(state.batch).toMatchObject({
      issue: 11,
      calls: [{ issue: 11 }, { issue: 12 }, { issue: 13 }],
    });
  });
  it('names a call that is brought again once', () =>
    given(gather(11)).when(gather(11)).thenRefused('in the batch already'));
  it('ends where nobody has called for a while', () => {
    const { state } = given(gather(11));
    const decided = callers.decide(state, gather(12), {
      now: '2026-11-21T10:01:01.000Z',
      jitter: 0,
      effect: null,
    });
    expect(decided).toMatchObject({ ok: true, events: [{ data: { batch: 2 } }] });
  });
  it('is written once for each slot of time, however long more comes, and keeps 200 by name', () => {
    let batch: Batch | null = null;
    const due = new Set<string | undefined>();
    for (let n = 0; n < 300; n++) {
      const at = new Date(Date.parse('2026-11-21T10:00:00.000Z') + n * 100).toISOString();
      const data = { repository, by, issue: n + 1, commands: ['fix'], batch: 1 };
      const event = { type: 'call.gathered' as const, v: 1 as const, data };
      batch = batchAfter(batch, event, at);
      due.add(gatheredReply(batch, event, at).notBefore);
    }
    expect([...due]).toHaveLength(6);
    expect(batch).toMatchObject({ more: 100, issue: 1 });
    expect(batch?.calls).toHaveLength(200);
  });
});

it('the answer names each issue, and that nothing is lost', () => {
  const calls = [11, 12, 12, 13].map(issue => ({ issue, command: 'fix', login: '@all' }));
  const answer: Reply = { code: 'gathered', calls, more: 2 };
  const text = renderReply(answer, 'k');
  expect(text).toContain('answers 6 of them');
  expect(text).toContain('- `/agent fix` on #11, #12, #13\n- and 2 more');
  expect(text).toMatch(/None is lost[\s\S]*can not do is answered where[\s\S]*`\/agent status`/);
  expect(text).not.toMatch(/[^`]@all/);
});

describe('the comment of a task that was called for in a batch', () => {
  const shows = (gathered: boolean, ...more: (typeof HISTORY.admitted)[number][]) =>
    givenTask(created({ gathered }), ...more).open.includes('show:comment');
  const [, ...admitted] = HISTORY.admitted;
  const [, ...authored] = HISTORY.authored;
  it('waits until work has begun, and comes then', () => {
    expect(shows(false, ...admitted)).toBe(true);
    expect(shows(true, ...admitted)).toBe(false);
    expect(shows(true, ...authored)).toBe(true);
  });
  it('comes where people have to know', () => {
    const by = { kind: 'person' as const, id: 7, login: 'mona' };
    expect(shows(true, ...admitted, { type: 'pause', by, target: null })).toBe(true);
    expect(shows(true, ...admitted, { type: 'cancel', by, target: null })).toBe(true);
  });
});
