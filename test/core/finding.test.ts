/** What people are shown of what was found: where to look, what matters first, and not without end. */
import { describe, expect, it } from 'vitest';
import { finding, noted } from '../../src/core/finding.ts';
import type { TaskState } from '../../src/core/task/state/state.ts';
import { approvalSubject, decided, given, HISTORY, ran, work } from './task/given.ts';

const lockfile = finding('lockfile', 'a.lock', 'It is a lockfile.');
const secret = finding('secret', 'b.js', 'Line 3 holds what looks like a secret.');
const note = finding('executable', 'c.sh', 'It becomes executable.');

describe('what is noted', () => {
  it('is what can not be taken, then what is a risk; a remark is none', () => {
    expect(noted([note, lockfile, secret])).toEqual([
      { kind: 'secret', path: 'b.js', reason: 'Line 3 holds what looks like a secret.' },
      { kind: 'lockfile', path: 'a.lock', reason: 'It is a lockfile.' },
    ]);
  });
  it('has an end: in number and in words', () => {
    const long = finding('lockfile', 'a.lock', 'x'.repeat(10_000));
    const many = noted([...Array(1_000).fill(long), secret]);
    expect(many).toHaveLength(50);
    expect(many[0]?.kind).toBe('secret');
    expect(many[1]?.reason).toHaveLength(300);
  });
});

describe('policy', () => {
  const findings = noted([secret]);
  const answers = (outcome: 'allow' | 'deny' | 'require_approval') =>
    given(...HISTORY.reproduced, ...ran('author-1-1', { work: work('b') })).when(
      decided('patch.accept', outcome, 'author-1-1', {
        approvalSubject: { ...approvalSubject('patch.accept'), findings },
      }),
    );
  const last = ({ decisions }: TaskState) => decisions.at(-1);

  it('that refuses a change says what was found, where people look', () => {
    const refused = answers('deny').saying('policy.decided', { findings });
    expect(last(refused.after().state)).toMatchObject({ findings });
  });
  it('that asks for an approval says so in the request, in the log and on GitHub', () => {
    const asking = answers('require_approval')
      .saying('policy.decided', { findings: [] })
      .saying('approval.requested', { findings });
    const { open, state } = asking.after();
    expect(state.approvals[0]).toMatchObject({ findings });
    const said = open.flatMap(effect => (effect.kind === 'reply' ? [effect.reply] : []));
    expect(said).toContainEqual({
      code: 'approval_requested',
      request: expect.objectContaining({ findings }),
    });
  });
  it('that allows a change has nothing to say of it', () => {
    answers('allow').saying('policy.decided', { findings: [] });
  });
});
