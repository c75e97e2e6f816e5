/** The texts of keys stand in logs and in hidden markers on GitHub: none may ever change. */
import { expect, it } from 'vitest';
import { effectKey } from '../../src/core/effect.ts';

it('keys of effects are what they always were', () => {
  expect(
    Object.entries({
      'decide:pr.merge:merge-1-1': effectKey.decide('pr.merge', 'merge-1-1'),
      'decide:task.start:task': effectKey.decide('task.start', null),
      'expire:approval-1': effectKey.expire('approval-1'),
      'attempt:author-1-1': effectKey.attempt('author-1-1'),
      'push:publish-1-1': effectKey.push('publish-1-1'),
      'open:publish-1-1': effectKey.openPull('publish-1-1'),
      'ready:merge-1-1': effectKey.markReady('merge-1-1'),
      'merge:merge-1-1': effectKey.merge('merge-1-1'),
      leave_queue: effectKey.leaveQueue(),
      'act:approval-1': effectKey.act('approval-1'),
      acknowledge: effectKey.acknowledge(null),
      'acknowledge:issue_comment-9': effectKey.acknowledge('issue_comment-9'),
      answer: effectKey.reply(null),
      'answer:cancel': effectKey.reply('cancel'),
      'answer:ask-approval-1': effectKey.approvalRequest('approval-1'),
      label: effectKey.removeLabel(),
      examine_policy: effectKey.examinePolicy(),
      show_faults: effectKey.showFaults(),
      'judge:abc': effectKey.judgeHead('abc'),
      'show:comment': effectKey.show('comment'),
      open_issue: effectKey.openIssue(),
      tell: effectKey.tell(),
      clean_up: effectKey.cleanUp(),
    }).filter(([text, made]) => text !== made),
  ).toEqual([]);
});
