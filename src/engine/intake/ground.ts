/** Where a new task begins: at a branch for an issue, at the head of a pull request for that. */
import type { Person } from '../../core/actor.ts';
import { chooseBase } from '../../core/choose-base.ts';
import type { SingleReply } from '../../core/reply.ts';
import type { RepositoryConfig } from '../../core/repository-config.ts';
import type { DataOf } from '../../core/task/state.ts';
import type { BranchOwner } from '../../core/task/works-on.ts';
import type { AskedCommand } from '../../core/trigger.ts';
import type { Intake } from '../dependencies.ts';
import type { IssueFacts, Remark } from '../ports/github.ts';
import { findBase } from './base.ts';

type Ground = Pick<DataOf<'task.created'>, 'base' | 'worksOn'> & {
  /** What stands there that an agent reads: by whom it is, in words, and what was said of it. */
  source: string;
  remarks: Remark[];
};

type Home = { home: { ref: string; sha: string }; config: RepositoryConfig };

/** Or why there is none, as the answer to the call. */
export const groundFor = (
  intake: Intake,
  call: AskedCommand,
  issue: IssueFacts,
  at: Home,
): Promise<Ground | SingleReply> =>
  call.isPull ? ofPull(intake, call, issue.author) : ofIssue(intake, call, issue, at);

async function ofIssue(
  intake: Intake,
  { repository, command, issue: number }: AskedCommand,
  issue: IssueFacts,
  { home, config }: Home,
): Promise<Ground | SingleReply> {
  const choice = chooseBase(command.base ?? null, issue, config.base);
  const found = choice.ok
    ? await findBase(intake, repository, choice.chosen, home)
    : { ...choice, nearest: null };
  if (!found.ok) {
    const { problem, nearest } = found;
    return { code: 'unusable_base', command: command.name, problem, nearest };
  }
  const source = `the text of issue #${number}`;
  return { base: found.base, worksOn: null, source, remarks: issue.comments };
}

async function ofPull(
  { github: { facts }, tasks }: Intake,
  { repository, command, issue: number, by }: AskedCommand,
  author: Person,
): Promise<Ground | SingleReply> {
  const pull = await facts.pull(repository, number);
  if (pull.merged) return { code: 'merged', command: command.name, pull: number };
  if (pull.state === 'closed')
    return {
      code: 'refused',
      command: command.name,
      reasons: ['The pull request is closed: reopen it, and call again.'],
    };
  const { head, base } = pull;
  const fork = head.repositoryId !== repository.id;
  const ours = fork
    ? []
    : await tasks.list({ repositoryId: repository.id, branch: head.ref, limit: 1 });
  const person: BranchOwner = author.id === by.id ? 'requester' : 'somebody';
  return {
    // A fork's branch is none of this repository's.
    base: { ref: fork ? base.ref : head.ref, sha: head.sha, because: `it is #${number}'s` },
    worksOn: {
      pull: number,
      branch: head.ref,
      owner: ours.length > 0 ? 'task' : person,
      fork,
    },
    source: `pull request #${number}`,
    remarks: await facts.discussion(repository, number),
  };
}
