/** The effects of events about approvals: people are asked and replied to, and policy is asked again. */

import type { Person } from '../../actor.ts';
import { ruleInKeys } from '../../approvals/rule-numbers.ts';
import type { Stamp } from '../../decider.ts';
import { type Effect, effectKey, type NewEffect } from '../../effect.ts';
import type { ApprovalRequest, Reply } from '../../reply.ts';
import { later } from '../../retry.ts';
import type { Target } from '../../target.ts';
import { openApprovals } from '../approvals/open-approvals.ts';
import { endsByDenial } from '../approvals/question.ts';
import type { TaskEvent } from '../events/events.ts';
import { conversationOf } from '../state/place.ts';
import { createdOf, type DataOf, runOf, type TaskState } from '../state/state.ts';
import { askAboutOpen, expiries } from './ask-again.ts';
import { unjudged } from './void-replies.ts';

/** Where people are asked anew within this, the comment that asked shows that, and never that it was void. */
const ASKED_ANEW_MS = 5_000;

type Approving = Extract<TaskEvent, { type: `approval.${string}` }>;

export function reactToApproval(state: TaskState, event: Approving, stamp: Stamp): NewEffect[] {
  switch (event.type) {
    case 'approval.requested':
      return requested(state, event.data);
    case 'approval.answered':
      return [...answered(state, event.data), ...askAboutOpen(state)];
    case 'approval.confirmed':
      return confirmed(state, event.data);
    case 'approval.granted': {
      const { approval, by } = event.data;
      return [...expiries(state), ...settled(state, approval, { outcome: 'approved', by })];
    }
    case 'approval.posted':
      // It may have been answered while it was being posted.
      return settledBefore(state, event.data.approval);
    case 'approval.refused':
      return refused(state, event.data);
    case 'approval.denied': {
      const { approval, reason } = event.data;
      const run = state.approvals.find(({ id }) => id === approval)?.run;
      const told = settled(state, approval, { outcome: 'denied', reason });
      return [...told, ...(run ? goesOn(state, run) : [])];
    }
    case 'approval.revoked': {
      const { answer: id, by, how } = event.data;
      const target = state.answers.find(given => given.answer === id)?.target ?? null;
      const content = { code: 'approval_revoked' as const, login: by.login, how };
      return [
        ...reply(state, effectKey.reply(`revoked:${id}`), target, content),
        ...askAboutOpen(state),
      ];
    }
    case 'approval.voided': {
      const { approval, by, was, head, reason } = event.data;
      const notBefore = later(stamp.at, ASKED_ANEW_MS);
      const told = settled(state, approval, { outcome: 'void', reason }).map(reply => ({
        ...reply,
        notBefore,
      }));
      const gone = state.approvals.find(({ id }) => id === approval);
      const content = (login: string) => ({
        code: 'approval_voided' as const,
        login,
        was,
        head,
        reason,
        inRun: gone?.gate === 'act',
      });
      const login = by[0]?.login;
      return [
        ...told,
        ...(login ? reply(state, effectKey.reply(approval), null, content(login)) : []),
        ...unjudged(state, event.data).flatMap(({ answer: id, by: person, target }) =>
          reply(state, effectKey.reply(`${id}-${approval}`), target, content(person.login)),
        ),
      ];
    }
    default:
      return [];
  }
}

export const attempt = (run: string): Extract<NewEffect, { kind: 'attempt' }> => ({
  kind: 'attempt',
  key: effectKey.attempt(run),
  run,
});

/** A run that stopped for a person has its answer: some worker takes it up again. */
export function goesOn(state: TaskState, id: string): NewEffect[] {
  const run = runOf(state, id);
  return run.state === 'waiting_approval' && run.checkpoint ? [attempt(id)] : [];
}

/** Whether the effect only serves this request, and so ends with it. */
export const endsWithApproval = (approval: string, { key }: Effect): boolean =>
  key === effectKey.approvalRequest(approval) || key === effectKey.expire(approval);

/** A reply to `target`; where it replies to nobody's words (`null`), it stands in the task's conversation. */
function reply(
  state: TaskState,
  key: string,
  target: Target | null,
  reply: Reply,
): Extract<NewEffect, { kind: 'reply' }>[] {
  const { repository } = createdOf(state);
  const at = target ?? conversationOf(state);
  return at ? [{ kind: 'reply', key, repository, target: at, reply }] : [];
}

/** Nothing waits for people without asking them: where there is no place for it, there is one first. */
export const ask = (state: TaskState, question: NewEffect[]): NewEffect[] =>
  conversationOf(state) ? question : [{ kind: 'open_issue', key: effectKey.openIssue() }];

/** What people are asked at present, where no comment does: there was no place for it, or a lock kept it away. */
export const askUnposted = (state: TaskState): NewEffect[] =>
  openApprovals(state).flatMap(approval =>
    approval.status === 'requested' && approval.posted === null
      ? requested(state, { ...approval, approval: approval.id })
      : [],
  );

/** A request without a capsule is an old one, which the check run alone showed. */
function requested(state: TaskState, data: Parameters<typeof requestOf>[0]): NewEffect[] {
  if (data.digest === null) return [];
  const content = { code: 'approval_requested' as const, request: requestOf(data) };
  return ask(state, reply(state, effectKey.approvalRequest(data.approval), null, content));
}

type Settled = { outcome: 'approved' | 'denied' | 'void' | 'over'; by?: Person[]; reason?: string };

/** The comment that asks says at its head what became of the request. */
function settled(
  state: TaskState,
  id: string,
  { outcome, by = [], reason = '' }: Settled,
): NewEffect[] {
  const approval = state.approvals.find(other => other.id === id);
  if (!approval || approval.posted === null) return [];
  return reply(state, effectKey.reply(`settled-${id}`), null, {
    code: 'approval_settled',
    request: requestOf({ ...approval, approval: id }),
    outcome,
    by: by.map(({ login }) => login),
    reason,
  });
}

/** Its task is over: the comments that still ask say so. */
export const askedNoMore = (state: TaskState): NewEffect[] =>
  state.approvals.flatMap(({ id, status }) =>
    status === 'requested' ? settled(state, id, { outcome: 'over' }) : [],
  );

function settledBefore(state: TaskState, id: string): NewEffect[] {
  const { status, by, denial } = state.approvals.find(other => other.id === id) ?? {};
  switch (status) {
    case 'granted':
    case 'used':
      return settled(state, id, { outcome: 'approved', by });
    case 'denied':
      return settled(state, id, { outcome: 'denied', reason: denial });
    case 'void':
      return settled(state, id, { outcome: 'void' });
    default:
      return [];
  }
}

function requestOf(data: Omit<DataOf<'approval.requested'>, 'facts'>): ApprovalRequest {
  const { approval, action, resource, head, digest, files, findings } = data;
  const { reasons, approvers, quorum, holdsForHours } = data;
  return {
    approval,
    action,
    resource,
    head,
    digest: digest ?? '',
    files,
    findings,
    reasons,
    approvers,
    quorum,
    holdsForHours,
    inRun: data.gate === 'act',
  };
}

/** An answer is acknowledged; a revocation is confirmed at once, because no rule has to judge it. */
function answered(state: TaskState, data: DataOf<'approval.answered'>): NewEffect[] {
  const { repository } = createdOf(state);
  const { answer: id, says, by, target } = data;
  const how = `it was taken back ${data.via === 'console' ? 'in the console' : 'with /agent revoke'}`;
  const content = { code: 'approval_revoked' as const, login: by.login, how };
  return [
    ...(target?.kind === 'issue_comment' || target?.kind === 'review_comment'
      ? [{ kind: 'acknowledge' as const, key: effectKey.acknowledge(id), repository, target }]
      : []),
    ...(says === 'revoke' ? reply(state, effectKey.reply(`revoke:${id}`), target, content) : []),
  ];
}

/**
 * Commands and buttons are confirmed in place. Of a review that suffices the check run tells; whose
 * approval does not suffice is told at once what is still needed.
 */
function confirmed(state: TaskState, data: DataOf<'approval.confirmed'>): NewEffect[] {
  const given = state.answers.find(({ answer: id }) => id === data.statement);
  const approval = state.approvals.find(({ id }) => id === data.approval);
  if (!approval) return [];
  const { by, says, rule, reason } = data;
  const { counted, quorum, approvers, digest } = approval;
  // The decision that judged the statement stands right before it in the log.
  const decision = state.decisions.findLast(({ action }) => action === approval.action);
  const suffices = says === 'objects' || decision?.outcome === 'allow';
  if (!given && suffices) return [];
  const people = new Set(counted.filter(c => c.says === 'approves').map(c => c.by.id));
  const content = { code: 'approval_counted' as const, login: by.login, says, rule, reason };
  const progress = {
    digest: digest ?? '',
    count: people.size,
    quorum,
    approvers: suffices ? [] : approvers,
    suffices,
    inRun: approval.gate === 'act',
    ...(says === 'objects' && endsByDenial(approval.action) && { ends: true }),
  };
  const key = effectKey.reply(`${data.statement}-${data.approval}`);
  return reply(state, key, given?.target ?? null, { ...content, ...progress });
}

/** One reply to a person for each rule and request, however often they try. */
function refused(state: TaskState, data: DataOf<'approval.refused'>): NewEffect[] {
  const { approval: id, review, statement, target, by, rule, reason } = data;
  const asked = state.approvals.find(approval => approval.id === id);
  const told = asked?.refused.filter(other => other.by.id === by.id && other.rule === rule) ?? [];
  // Whoever was against it is told each time that they are so no more.
  const objections = asked?.counted.filter(c => c.by.id === by.id && c.says === 'objects') ?? [];
  if (told.length > 1 + objections.length) return [];
  const lifts =
    objections.length > 0 &&
    state.answers.some(a => a.answer === statement && a.says === 'approve');
  const content = {
    code: 'approval_refused' as const,
    login: by.login,
    rule,
    reason,
    ...(lifts ? { lifts } : {}),
  };
  const of = review === null ? statement : `review-${review}`;
  return reply(state, effectKey.reply(`${of}-${ruleInKeys(rule)}`), target, content);
}
