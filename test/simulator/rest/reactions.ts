import { reactionJson } from '../present/issue.ts';
import type { Reaction } from '../world/issues.ts';
import { accountOf } from './actor.ts';
import { findComment, findIssue, findReviewComment } from './addressed.ts';
import { created, NO_CONTENT, ok, type Reply, type RepositoryCall } from './call.ts';
import { notFound } from './errors.ts';
import { paginate } from './pagination.ts';

/** The same reaction by the same account exists once: 201 the first time, then 200. */
function react(call: RepositoryCall, reactions: Reaction[]): Reply {
  const content = String(call.body.content);
  const userId = accountOf(call.actor).id;
  const existing = reactions.find(r => r.userId === userId && r.content === content);
  if (existing) return ok(reactionJson(call.github, existing));
  const reaction = {
    id: call.github.nextId(),
    userId,
    content,
    createdAt: call.github.timestamp(),
  };
  reactions.push(reaction);
  return created(reactionJson(call.github, reaction));
}

function list(call: RepositoryCall, reactions: readonly Reaction[]): Reply {
  const wanted = reactions.filter(r => !call.query.content || r.content === call.query.content);
  return paginate(call, wanted, page => page.map(reaction => reactionJson(call.github, reaction)));
}

export const reactToIssue = (call: RepositoryCall) => react(call, findIssue(call).reactions);
export const reactToComment = (call: RepositoryCall) =>
  react(call, findComment(call).comment.reactions);
export const listIssueReactions = (call: RepositoryCall) => list(call, findIssue(call).reactions);
export const listCommentReactions = (call: RepositoryCall) =>
  list(call, findComment(call).comment.reactions);

export const reactToReviewComment = (call: RepositoryCall) =>
  react(call, findReviewComment(call).comment.reactions);

export function removeCommentReaction(call: RepositoryCall): Reply {
  const { reactions } = findComment(call).comment;
  const id = Number(call.params.reaction_id);
  const index = reactions.findIndex(r => r.id === id && r.userId === accountOf(call.actor).id);
  if (index < 0) throw notFound();
  reactions.splice(index, 1);
  return NO_CONTENT;
}
