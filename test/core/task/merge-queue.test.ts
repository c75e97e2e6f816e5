/** A task whose pull request is in GitHub's merge queue, and somebody who asks while a merge is under way. */

import { describe, expect, it } from 'vitest';
import { steererOf } from '../../../src/core/actor.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import { blockedBy, type Obstacle } from '../../../src/core/task/events/blocked.ts';
import { approvalSubject, given, greenCheck, HISTORY, MAINTAINER, NOW, sha } from './given.ts';

const merge = 'merge-1-1';
const found = (obstacle: Obstacle): TaskCommand => ({
  type: 'merge_blocked',
  run: merge,
  because: blockedBy(obstacle, `It is ${obstacle}.`, null),
});
const use: TaskCommand = {
  type: 'use',
  action: 'pr.merge',
  digest: approvalSubject('pr.merge').digest,
  effect: `merge:${merge}`,
  reviews: [],
};
const rerun: TaskCommand = { type: 'rerun', by: MAINTAINER, head: sha('c') };

const queued = [...HISTORY.approved, greenCheck(sha('c')), use, found('queued')];
const thrownOut = [...queued, use, found('dequeued')];

describe('the merge queue', () => {
  it('is left alone once GitHub took it out, until somebody asks', () => {
    const out = given(...queued, use).when(found('dequeued'));
    expect(out.after().state.mergeQueue).toBe('out');
    expect(out.events[0]?.data).toMatchObject({ obstacle: 'dequeued' });
    expect(given(...thrownOut, use, found('dequeued')).state.mergeQueue).toBe('out');
    expect(given(...thrownOut, rerun).state.mergeQueue).toBeNull();
  });

  it.each([
    ['it was known to be out', thrownOut],
    ['it was not known yet that it is out', queued],
  ])('is gone to at once where somebody asks while a merge is under way, and %s', (_, before) => {
    const late = given(...before, use, rerun).when(found('dequeued'));
    late.thenEvents('merge.blocked').saying('merge.blocked', { retryAt: NOW });
    expect(late.opens()).toContain(`decide:pr.merge:${merge}`);
    expect(late.after().state.mergeQueue).toBeNull();
  });

  it('is looked at again at once where GitHub told of a change while a merge was under way', () => {
    const signal: TaskCommand = {
      type: 'signal',
      data: { signal: 'state', detail: 'dequeued', at: null, by: null, check: null },
    };
    const late = given(...thrownOut, rerun, use, signal).when(found('queued'));
    late.saying('merge.blocked', { retryAt: NOW });
    expect(late.opens()).toContain(`decide:pr.merge:${merge}`);
    const after = given(...thrownOut, rerun, use, signal, found('queued'), use);
    expect(after.when(found('queued')).events[0]?.data).not.toMatchObject({ retryAt: NOW });
  });

  it('counts as entered where somebody asks, and it is still there', () => {
    const asked = given(...queued, rerun);
    // Whatever is decided meanwhile, it is taken out as long as it may be there.
    const canceled = asked.when({
      type: 'cancel',
      by: steererOf(MAINTAINER),
      target: { kind: 'issue', number: 1 },
    });
    expect(canceled.opens()).toContain('leave_queue');
    expect(asked.when(found('queued')).after().state.mergeQueue).toBe('in');
  });

  it('is left where the task ends, or is paused, while a merge is under way that may enter it', () => {
    const by = steererOf(MAINTAINER);
    const target = { kind: 'issue', number: 1 } as const;
    const underWay = [...HISTORY.approved, greenCheck(sha('c')), use];
    expect(
      given(...underWay)
        .when({ type: 'cancel', by, target })
        .opens(),
    ).toContain('leave_queue');
    const paused = given(...underWay, { type: 'pause', by, target }).when(found('queued'));
    expect(paused.opens()).toContain('leave_queue');
    // Before our own check is green nothing is merged, so there is nothing to leave.
    const early = given(...HISTORY.approved).when({ type: 'cancel', by, target });
    expect(early.opens()).not.toContain('leave_queue');
  });
});
