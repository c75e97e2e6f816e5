import { describe, expect, it } from 'vitest';
import { checkVerdict } from '../../src/core/verdict.ts';
import type { TaskView } from '../../src/core/view.ts';
import { anApproval, aView, HEAD } from '../adapters/github/view.ts';

const pull = { number: 2, head: HEAD, draft: false };
const verdict = (change: Partial<TaskView>) => checkVerdict(aView(change));

describe('the check says', () => {
  it.each<[string, Partial<TaskView>, ReturnType<typeof checkVerdict>]>([
    [
      'in progress while policy is asked',
      { status: 'proposed' },
      { conclusion: null, title: 'Asking policy' },
    ],
    ['in progress while a step works', {}, { conclusion: null, title: 'test' }],
    ['which round it is', { round: 2 }, { conclusion: null, title: 'Round 2: test' }],
    [
      'action_required while a person is waited for, and who',
      { pull, approval: anApproval() },
      { conclusion: 'action_required', title: 'Waiting for approval by maintainers' },
    ],
    [
      'how many are needed',
      { pull, approval: anApproval({ quorum: 2, approvers: [] }) },
      {
        conclusion: 'action_required',
        title: 'Waiting for approval by two people with write access, one of them a maintainer',
      },
    ],
    [
      'success once policy allows the head, and by whose approval',
      {
        pull,
        mergeable: HEAD,
        approval: anApproval({ status: 'granted', by: [{ id: 5, login: 'bob' }] }),
      },
      { conclusion: 'success', title: 'Approved by bob' },
    ],
    [
      'success where nobody had to approve',
      { pull, mergeable: HEAD },
      { conclusion: 'success', title: 'Allowed by policy' },
    ],
    [
      'success while an allowed merge waits, and what for',
      { pull, mergeable: HEAD, reason: 'It waits for checks: build.' },
      { conclusion: 'success', title: 'Allowed by policy. It waits for checks: build.' },
    ],
    [
      'never success for another head than the one that was allowed',
      { pull, mergeable: 'b2'.repeat(20) },
      { conclusion: null, title: 'test' },
    ],
    [
      'never success because of an approval alone',
      { pull, approval: anApproval({ status: 'granted', by: [{ id: 5, login: 'bob' }] }) },
      { conclusion: null, title: 'test' },
    ],
    ['success at the end', { status: 'success' }, { conclusion: 'success', title: 'Done' }],
    [
      'neutral for a dry run',
      { status: 'success', mode: 'dry_run' },
      { conclusion: 'neutral', title: 'Dry run: nothing was changed on GitHub' },
    ],
    [
      'failure with the reason',
      { status: 'failure', reason: 'test: red' },
      { conclusion: 'failure', title: 'Failed: test: red' },
    ],
    [
      'failure where policy refused',
      { status: 'refused', reason: 'bob may not' },
      { conclusion: 'failure', title: 'Refused: bob may not' },
    ],
    [
      'cancelled with the reason',
      { status: 'canceled', reason: 'alice asked for it' },
      { conclusion: 'cancelled', title: 'Canceled: alice asked for it' },
    ],
  ])('%s', (_name, change, expected) => {
    expect(verdict(change)).toEqual(expected);
  });
});
