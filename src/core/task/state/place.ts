/** Where on GitHub a task reports, and people are asked. */
import type { Target } from '../../target.ts';
import { createdOf, type TaskState } from './state.ts';

/** The issue or pull request, besides its own, on which the task reports and people are asked; null: none. */
export const placeOf = (state: TaskState): number | null =>
  createdOf(state).issue ?? state.ownIssue;

export const pullTarget = (state: TaskState): Target | null =>
  state.pull ? ({ kind: 'issue', number: state.pull.number } as const) : null;

/** Where people are told what replies to nobody's words: its pull request, or its issue before there is one. */
export function conversationOf(state: TaskState): Target | null {
  const issue = placeOf(state);
  return pullTarget(state) ?? (issue === null ? null : { kind: 'issue', number: issue });
}

/** What called us; where nothing on GitHub did, the task's conversation. */
export const calledAt = (state: TaskState): Target | null =>
  createdOf(state).target ?? conversationOf(state);
