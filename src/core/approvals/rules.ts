/**
 * The table of approval rules. Of the rules about a statement the first that says something settles
 * it, so they stand in the order in which their answer helps its author most. Rules about the request
 * and the approvers are all asked; of those that say the same, the first gives the reason.
 */
import { answeredRequest } from './answered-request.ts';
import { approver } from './approver.ts';
import { bot } from './bot.ts';
import { checksSeen } from './checks-seen.ts';
import { codeOwners } from './code-owners.ts';
import { createdComment } from './created-comment.ts';
import { currentHead } from './current-head.ts';
import { dismissal } from './dismissal.ts';
import { expiry } from './expiry.ts';
import { fork } from './fork.ts';
import { latestStatement } from './latest-statement.ts';
import { liveState } from './live-state.ts';
import { newHead } from './new-head.ts';
import { openThread } from './open-thread.ts';
import { quorum } from './quorum.ts';
import { requestedAgain } from './requested-again.ts';
import { revocation } from './revocation.ts';
import type { ApprovalRule } from './rule.ts';
import { sameHead } from './same-head.ts';
import { separation } from './separation.ts';
import { singleUse } from './single-use.ts';
import { solo } from './solo.ts';
import { veto } from './veto.ts';

export const RULES: readonly ApprovalRule[] = [
  openThread,
  fork,
  liveState,
  sameHead,
  veto,
  bot,
  latestStatement,
  dismissal,
  revocation,
  createdComment,
  approver,
  separation,
  answeredRequest,
  newHead,
  currentHead,
  requestedAgain,
  checksSeen,
  expiry,
  singleUse,
  solo,
  codeOwners,
  quorum,
];

/** The rule in words, for people; of a rule that is gone by now, its name. */
export const ruleInWords = (name: string): string =>
  RULES.find(rule => rule.name === name)?.words ?? name;
