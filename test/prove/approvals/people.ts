/** Who takes part, by GitHub's ids, and how they ask and answer. */
import type { Role } from '../../../src/core/actor.ts';
import { byPerson } from '../../../src/core/origin.ts';
import type { TaskCommand } from '../../../src/core/task/decide/command.ts';
import type { DataOf } from '../../../src/core/task/state/state.ts';
import type { AskedBy, PersonName } from './world.ts';

export const BEGAN = Date.UTC(2026, 0, 1);
export const ID: Record<PersonName, number> = {
  mia: 11,
  otto: 12,
  pia: 13,
  rey: 14,
  zoe: 15,
  bot: 99,
};

export const account = (name: PersonName) => ({
  id: ID[name],
  login: name,
  type: name === 'bot' ? ('Bot' as const) : ('User' as const),
});

/** Which role each has at first, by id. */
export const firstRoles = (): Record<string, Role> => ({
  11: 'admin',
  12: 'maintain',
  13: 'write',
  14: 'write',
  15: 'read',
  99: 'write',
});

/** What each asks for. What no issue asks for is answered on the pull request, or on an issue of ours. */
export const ASKED: Record<
  AskedBy,
  Pick<DataOf<'task.created'>, 'requester' | 'origin' | 'issue'>
> = {
  mia: { requester: byPerson({ id: ID.mia, login: 'mia' }), origin: { kind: 'issue' }, issue: 1 },
  token: {
    // A token whose name is a person's is nobody all the same.
    requester: { kind: 'token', id: String(ID.otto), project: 'otto' },
    origin: { kind: 'call', key: 'ticket-7' },
    issue: null,
  },
  repository: {
    requester: { kind: 'repository' },
    origin: { kind: 'schedule', name: 'nightly' },
    issue: null,
  },
};

export type AnswerCommand = Extract<TaskCommand, { type: 'answer' }>;

export function answerBy(
  by: PersonName,
  given: {
    says: 'approve' | 'deny' | 'revoke';
    via: 'issue_comment' | 'button' | 'console';
    /** Numbers answers and comments alike. */
    id: number;
    names: string;
    at: string;
  },
): AnswerCommand {
  const { says, via, id, names, at } = given;
  return {
    type: 'answer',
    names,
    data: {
      answer: `${via}-${id}`,
      says,
      by: { id: ID[by], login: by },
      via,
      comment: via === 'issue_comment' ? id : null,
      text: null,
      reason: '',
      at,
      target: { kind: 'issue', number: 2 },
    },
  };
}
