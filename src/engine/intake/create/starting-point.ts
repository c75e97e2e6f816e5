/** Where a new task begins: at the head of a pull request that it is about, else at a branch. */
import type { Person, Repository } from '../../../core/actor.ts';
import type { GivenCommand } from '../../../core/commands/commands.ts';
import { personWhoAsked, type Requester } from '../../../core/origin.ts';
import type { SingleReply } from '../../../core/reply.ts';
import { chooseBase } from '../../../core/repository-config/choose-base.ts';
import type { RepositoryConfig } from '../../../core/repository-config/repository-config.ts';
import type { BranchOwner } from '../../../core/task/events/works-on.ts';
import type { DataOf } from '../../../core/task/state/state.ts';
import type { WorkerDependencies } from '../../dependencies.ts';
import type { IssueFacts, Remark } from '../../ports/github.ts';
import { findBase } from './base.ts';
import { madeBy } from './branch-name.ts';

type StartingPoint = Pick<DataOf<'task.created'>, 'base' | 'worksOn'> & {
  /** The texts that an agent reads: where each stands, and who wrote it. */
  read: { source: string; by: Person }[];
  /** The comments on the issue or the pull request. */
  remarks: Remark[];
};

type Ordered = {
  repository: Repository;
  requester: Requester;
  command: Pick<GivenCommand, 'name' | 'base'>;
  about: { issue: IssueFacts; isPull: boolean } | null;
};

type Home = { home: { ref: string; sha: string }; config: RepositoryConfig };

/** Finds the starting point, or returns why there is none as the reply to the command. */
export async function startingPointOf(
  deps: WorkerDependencies,
  order: Ordered,
  at: Home,
): Promise<StartingPoint | SingleReply> {
  const { about } = order;
  return about?.isPull ? ofPull(deps, order, about.issue) : ofBranch(deps, order, at);
}

async function ofBranch(
  deps: WorkerDependencies,
  { repository, command, about }: Ordered,
  { home, config }: Home,
): Promise<StartingPoint | SingleReply> {
  const marks = about?.issue ?? { labels: [], milestone: null };
  const choice = chooseBase(command.base ?? null, marks, config.base);
  const found = choice.ok
    ? await findBase(deps, repository, choice.chosen, home)
    : { ...choice, nearest: null };
  if (!found.ok) {
    const { problem, nearest } = found;
    return { code: 'unusable_base', command: command.name, problem, nearest };
  }
  return {
    base: found.base,
    worksOn: null,
    read: about
      ? [{ source: `the text of issue #${about.issue.number}`, by: about.issue.author }]
      : [],
    remarks: about?.issue.comments ?? [],
  };
}

async function ofPull(
  deps: WorkerDependencies,
  { repository, command, requester }: Ordered,
  { number, author }: IssueFacts,
): Promise<StartingPoint | SingleReply> {
  const { facts } = deps.github;
  const pull = await facts.pull(repository, number);
  if (pull.merged) return { code: 'merged', command: command.name, pull: number };
  if (pull.state === 'closed')
    return {
      code: 'refused',
      command: command.name,
      reasons: ['The pull request is closed: reopen it, and call again.'],
    };
  const { head, base } = pull;
  if (command.base !== undefined)
    return {
      code: 'refused',
      command: command.name,
      reasons: [`#${number} has its base already, ${base.ref}: leave \`base\` out.`],
    };
  const fork = head.repositoryId !== repository.id;
  const isOurs = !fork && (await madeBy(deps, repository, head.ref)) !== null;
  const person: BranchOwner =
    personWhoAsked(requester)?.id === author.id ? 'requester' : 'somebody';
  return {
    // A fork's branch is not in this repository, so its base is used.
    base: fork
      ? { ref: base.ref, sha: head.sha, because: `#${number} asks to change it` }
      : { ref: head.ref, sha: head.sha, because: `#${number} comes from it` },
    worksOn: {
      pull: number,
      branch: head.ref,
      owner: isOurs ? 'task' : person,
      fork,
    },
    read: [{ source: `pull request #${number}`, by: author }],
    remarks: await facts.discussion(repository, number),
  };
}
