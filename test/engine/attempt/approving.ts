/** A person who may approve, as GitHub tells of them, and what they answer. */
import type { DataOf } from '../../../src/core/task/state/state.ts';
import type { Dependencies } from '../../../src/engine/dependencies.ts';
import { REPOSITORY } from '../github.ts';

export const REY = { id: 7, login: 'rey' };

export const approvalByRey: Dependencies['github']['facts']['approval'] = async (
  _repository,
  asked,
) => ({
  complete: true,
  pull: null,
  requesters: asked.requesters,
  contributors: [],
  reviews: [],
  issue: { number: asked.issue ?? 0, isPull: false, state: 'open', locked: false },
  repository: { id: REPOSITORY.id, owner: REPOSITORY.owner, archived: false },
  answers: asked.answers.map(({ by, comment: _c, text: _t, via: _v, ...said }) => ({
    id: said.id,
    says: said.says,
    request: said.request,
    question: said.question,
    at: said.at,
    revoked: said.revoked,
    standing: 'created' as const,
    by: { ...by, type: 'User' as const },
  })),
  roles: { [REY.id]: 'maintain' as const },
  teams: {},
  app: { id: 1, botUserId: 99 },
});

/** What Rey says in a comment on the issue. */
export const answerOfRey = (of: {
  says: DataOf<'approval.answered'>['says'];
  issue: number;
  comment: number;
  reason?: string;
  names?: string;
}) => ({
  type: 'answer' as const,
  names: of.names ?? '',
  data: {
    answer: `issue_comment-${of.comment}`,
    says: of.says,
    by: REY,
    via: 'issue_comment' as const,
    comment: of.comment,
    text: null,
    reason: of.reason ?? '',
    at: new Date().toISOString(),
    target: { kind: 'issue' as const, number: of.issue },
  },
});
