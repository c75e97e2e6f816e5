/**
 * Somebody who is signed in starts a task, in the console or by the API: by the rules of the same command in a
 * comment, with the person as who answers for it. The same call with the same key makes one task.
 */
import { hasRole, type Person, type Repository, steererOf } from '../../../core/actor.ts';
import type { TaskCall } from '../../../core/call.ts';
import { COMMANDS, STARTABLE, startable } from '../../../core/commands/commands.ts';
import { byPerson } from '../../../core/origin.ts';
import { taskStream } from '../../../core/stream.ts';
import type { WorkerDependencies } from '../../dependencies.ts';
import type { TaskRow } from '../../ports/event-log.ts';
import { GitHubFailure, type IssueFacts } from '../../ports/github.ts';
import { isOverLimit } from '../callers/own-limit.ts';
import { judgeAskedWork } from '../commands/asked-work.ts';
import { createFrom, type TaskOrder, taskOf } from '../create/create-task.ts';
import { refusalWords } from '../create/refusal-words.ts';
import { actorOf, lastTask, personOf } from '../intake.ts';
import { type CallOutcome, followOnce, refusedCall } from './call-outcome.ts';

/** `sees`: whether GitHub shows the person that repository. `key`: of this very call among those of the person. */
type CalledByPerson = { by: Person; sees: (repository: Repository) => boolean; key: string };

export const takePersonCall = (
  deps: WorkerDependencies,
  call: TaskCall,
  caller: CalledByPerson,
): Promise<CallOutcome> => deps.github.inClass('answer', () => judgeAndFollow(deps, call, caller));

type Command = NonNullable<ReturnType<typeof startable>>;

async function judgeAndFollow(
  deps: WorkerDependencies,
  call: TaskCall,
  caller: CalledByPerson,
): Promise<CallOutcome> {
  const command = startable(call.command);
  if (command === null) {
    const all = STARTABLE.join(', ');
    return refusedCall('invalid', '/command', `is no command that starts work; those are: ${all}`);
  }
  if (call.task !== undefined)
    return refusedCall(
      'invalid',
      '/task',
      'A task that is there goes on by its acts, such as retry.',
    );
  const repository = await repositoryOf(deps, call.repository);
  if (repository === null || !caller.sees(repository))
    return refusedCall(
      'absent',
      '/repository',
      'There is no such repository here that you may see: the App has to be installed on it.',
    );
  const by = personOf(caller.by);
  // What the session says of the role may be minutes old.
  const role = await deps.github.facts.role(repository, by);
  const needed = COMMANDS[command.name].role;
  if (!hasRole(role, needed))
    return refusedCall(
      'forbidden',
      '/repository',
      `${command.name} takes the role ${needed} in ${call.repository}, and you have ${role}.`,
    );
  // No machine token's project begins with a sign.
  return followOnce(deps, { project: `@${by.id}`, key: caller.key }, call, key =>
    follow(deps, call, { by, command, repository, key }),
  );
}

/** Where GitHub does not let us in, that is nothing for whoever may not see it. */
async function repositoryOf(
  { github }: Pick<WorkerDependencies, 'github'>,
  called: string,
): Promise<Repository | null> {
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(called) ?? [];
  if (owner === undefined || name === undefined) return null;
  return github.record.findRepository(owner, name).catch((error: unknown) => {
    if (error instanceof GitHubFailure && error.refused) return null;
    throw error;
  });
}

type Asked = { by: Person; command: Command; repository: Repository; key: string };

async function follow(
  deps: WorkerDependencies,
  call: TaskCall,
  asked: Asked,
): Promise<CallOutcome> {
  const { by, command, repository } = asked;
  if (await isOverLimit(deps, repository, by))
    return refusedCall(
      'too_many',
      '',
      `You have asked for as much as is followed within an hour (${deps.settings.calls.perPerson}).`,
    );
  const issue =
    call.issue === undefined ? null : await deps.github.facts.issue(repository, call.issue);
  const place = {
    repository,
    origin: { kind: 'console', key: asked.key } as const,
    about: issue && { issue, isPull: issue.isPull },
    key: `console ${asked.key}`,
  };
  const task = taskOf(place);
  // The task that this very call made before would else be in its way.
  if (await deps.tasks.find(task)) return { outcome: 'repeated', task };
  const onBranch = { repositoryId: repository.id, branch: call.branch ?? '', open: true, limit: 1 };
  const [atWork] = call.branch === undefined ? [] : await deps.tasks.list(onBranch);
  if (atWork) return worksThere(atWork.id, '/branch', 'act on that.');
  const verdict = issue === null ? FREE : await judgeHere(deps, call, issue, asked);
  if ('outcome' in verdict) return verdict;
  const { inPlaceOf, planned } = verdict;
  const created = await createFrom(deps, {
    ...place,
    requester: byPerson(by),
    command: {
      name: command.name,
      text: call.text,
      ...(call.base === undefined ? {} : { base: call.base }),
    },
    graph: command.graph,
    goal: issue ?? { title: call.title ?? '', body: call.body },
    taint: [],
    planned,
    runs: null,
    target: null,
    label: null,
    delivery: null,
    ...(inPlaceOf && { makeRoom: () => endFor(deps, by, inPlaceOf) }),
  });
  if (created.outcome !== 'refused') return created;
  const { answer } = created;
  return answer.code === 'busy'
    ? worksThere(answer.task, '/issue', howToGoOn(issue))
    : refusedCall('unusable', '', ...refusalWords(answer));
}

const FREE = { inPlaceOf: null, planned: null };

/** What the earlier tasks there say, by the rules of a comment; a further round has no act of its own. */
async function judgeHere(
  deps: WorkerDependencies,
  call: TaskCall,
  { number, isPull }: IssueFacts,
  { by, command, repository }: Asked,
): Promise<CallOutcome | (Pick<TaskOrder, 'planned'> & { inPlaceOf: TaskRow | null })> {
  const there = { repository, issue: number, isPull };
  const last = await lastTask(deps, there);
  const work = { ...there, by, command: { name: command.name, text: call.text } };
  const verdict = await judgeAskedWork(deps, work, command.graph, last);
  switch (verdict.is) {
    case 'free':
      return verdict;
    case 'round':
      return worksThere(verdict.task.id, '/issue', howToGoOn({ isPull }));
    case 'refused': {
      if (last?.open) return worksThere(last.id, '/issue', howToGoOn({ isPull }));
      const { answer } = verdict;
      const why = answer.code === 'reviewed' ? 'conflict' : 'unusable';
      return refusedCall(why, '/issue', ...refusalWords(answer));
    }
  }
}

const worksThere = (task: string, pointer: string, how: string): CallOutcome =>
  refusedCall('conflict', pointer, `The task ${task} works on that: ${how}`);

const howToGoOn = (issue: { isPull: boolean } | null): string =>
  issue?.isPull
    ? 'act on it, or have it do another round by `/agent fix` in a comment there.'
    : 'act on it.';

/** Who may start work may stop it. Where it does not end, the new task is refused for it. */
async function endFor(deps: WorkerDependencies, by: Person, { id }: TaskRow): Promise<null> {
  await deps.handle({
    stream: taskStream(id),
    command: { type: 'cancel', by: steererOf(by), target: null },
    actor: actorOf(by),
    correlation: { via: 'console' },
  });
  return null;
}
