/** What calls us is answered where it stands: a reaction, a comment, and its one-shot label taken off. */

import { Change, touchedPaths } from '../../core/change.ts';
import { effectKey } from '../../core/effect.ts';
import { approvalPage } from '../../core/links.ts';
import type { ApprovalRequest, Reply } from '../../core/reply.ts';
import { firstInComment } from '../../core/task/approvals/request-comment.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { isOpen } from '../../core/task/state/state.ts';
import { emptyTeams } from '../facts/empty-teams.ts';
import { nobodyElse } from '../facts/nobody-else.ts';
import { loadFolded } from '../handle.ts';
import { GitHubFailure } from '../ports/github.ts';
import { asTask } from '../streams.ts';
import type { StreamEffect } from '../task-context.ts';
import { isFirstTry } from './last-shown.ts';

type Responded = Extract<TaskCommand, { type: 'performed' | 'record' }>;

export async function acknowledge(context: StreamEffect<'acknowledge'>): Promise<Responded> {
  const { deps, effect, guard } = context;
  await guard.check();
  await wherePossible(deps.github.writes.acknowledge(effect.repository, effect.target));
  return { type: 'performed', key: effect.key };
}

export async function reply(context: StreamEffect<'reply'>): Promise<Responded> {
  const { deps, stream, effect, guard } = context;
  const { repository, target, key, reply } = effect;
  if (reply.code === 'approval_requested') return request(context, reply.request);
  if (reply.code === 'approval_settled') return settle(context, reply);
  const whole = await withFacts(context, reply);
  await guard.check();
  const { reply: replyOnce, replyAnew } = deps.github.writes;
  const write = isFirstTry(effect, guard) ? replyAnew : replyOnce;
  await write(repository, target, whole, `${stream.id}:${key}`).catch(async error => {
    if (stream.kind === 'delivery' && isLasting(error))
      await deps.deliveries.unanswered(stream.id, `It can't be answered: ${error.message}`);
    throw error;
  });
  return { type: 'performed', key };
}

/** A patch for a fork, and which files were touched, are read when they are told. */
async function withFacts({ deps, stream }: StreamEffect<'reply'>, reply: Reply): Promise<Reply> {
  if (reply.code === 'thread_reworked') {
    const text = (await deps.artifacts.get(reply.change)).toString('utf8');
    const { entries } = Change.parse(JSON.parse(text));
    return { ...reply, touched: touchedPaths(entries).includes(reply.path) };
  }
  if (reply.code !== 'patch_for_fork') return reply;
  const left = (await deps.artifacts.list(stream.id)).find(
    ({ run, name }) => run === reply.run && name === 'patch.diff',
  );
  const of = { ...reply, task: stream.id };
  return left ? { ...of, patch: (await deps.artifacts.get(left.digest)).toString('utf8') } : of;
}

/** One comment asks; it is edited where the request that it showed is void. It says at once where nobody can answer. */
async function request(
  { deps, stream, effect, guard }: StreamEffect<'reply'>,
  asked: ApprovalRequest,
): Promise<Responded> {
  const { repository, target, key } = effect;
  const { state } = asTask(await loadFolded(deps.log, stream));
  const standing = state.approvals.find(({ id }) => id === asked.approval);
  if (!isOpen(state) || standing?.status !== 'requested') return { type: 'performed', key };
  const nobody = await nobodyElse(deps, state, asked);
  const empty = await emptyTeams(deps, stream, { repository, asked: standing });
  const whole = { ...withPage(deps, stream.id, asked), nobodyElse: nobody, emptyTeams: empty };
  const reply: Reply = { code: 'approval_requested', request: whole };
  const first = firstInComment(state, standing);
  const shownAs = `${stream.id}:${effectKey.approvalRequest(first)}`;
  const posted = state.approvals.find(({ id }) => id === first)?.posted ?? null;
  await guard.check();
  const { editReply, reply: replyOnce, replyAnew } = deps.github.writes;
  const isThere = posted !== null && (await editReply(repository, posted, reply, shownAs));
  const isNew = posted === null && first === asked.approval && isFirstTry(effect, guard);
  const write = isNew ? replyAnew : replyOnce;
  const comment = isThere ? posted : (await write(repository, target, reply, shownAs)).id;
  const data = { approval: asked.approval, comment };
  return { type: 'record', event: { type: 'approval.posted', v: 1, data } };
}

const withPage = (
  { settings: { console } }: Pick<StreamEffect<'reply'>['deps'], 'settings'>,
  task: string,
  asked: ApprovalRequest,
): ApprovalRequest =>
  console === null ? asked : { ...asked, page: approvalPage(console, task, asked.approval) };

/** Says it in the comment that asked, unless that shows a later request by now. */
async function settle(
  { deps, stream, effect, guard }: StreamEffect<'reply'>,
  reply: Extract<Reply, { code: 'approval_settled' }>,
): Promise<Responded> {
  const { repository, key } = effect;
  const { state } = asTask(await loadFolded(deps.log, stream));
  const asked = state.approvals.find(({ id }) => id === reply.request.approval);
  const first = asked && firstInComment(state, asked);
  const shown = state.approvals.findLast(other => firstInComment(state, other) === first);
  if (first && asked === shown && asked.posted !== null) {
    await guard.check();
    const shownAs = effectKey.approvalRequest(first);
    const { writes } = deps.github;
    const whole = { ...reply, request: withPage(deps, stream.id, reply.request) };
    await wherePossible(
      writes.editReply(repository, asked.posted, whole, `${stream.id}:${shownAs}`),
    );
  }
  return { type: 'performed', key };
}

export async function removeLabel(context: StreamEffect<'remove_label'>): Promise<Responded> {
  const { deps, effect, guard } = context;
  const { repository, issue, label, key } = effect;
  await guard.check();
  await wherePossible(deps.github.writes.removeLabel(repository, issue, label));
  return { type: 'performed', key };
}

const isLasting = (error: unknown): error is GitHubFailure =>
  error instanceof GitHubFailure && error.lasting;

/** What is archived, locked or gone takes neither: only that it can't be answered is worth telling. */
async function wherePossible(write: Promise<unknown>): Promise<void> {
  await write.catch(error => {
    if (!isLasting(error)) throw error;
  });
}
