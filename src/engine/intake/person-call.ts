/**
 * Somebody who is signed in starts a task, in the console or by the API: by the rules of the same command in a
 * comment, with the person as who answers for it. The same call with the same key makes one task.
 */
import { hasRole, type Person, type Repository } from '../../core/actor.ts';
import type { TaskCall } from '../../core/call.ts';
import { COMMANDS, STARTABLE, startable } from '../../core/commands.ts';
import { byPerson } from '../../core/origin.ts';
import { digestOf } from '../chain.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { GitHubFailure } from '../ports/github.ts';
import { type CallOutcome, refusedCall } from './call.ts';
import { createFrom } from './create-task.ts';
import { personOf } from './intake.ts';
import { isOverLimit } from './own-limit.ts';
import { refusalWords } from './refusal-words.ts';
import { taskOnBranch } from './resume-task.ts';

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
  const name = { project: `@${by.id}`, key: caller.key };
  const { key: _, ...asked } = call;
  const begun = await deps.calls.begin(name, digestOf(JSON.stringify(asked)));
  if (begun.is === 'other')
    return refusedCall(
      'conflict',
      '/key',
      'The key was used for another call: take another key, or send the same call.',
    );
  if (begun.is === 'same' && begun.task !== null) return { outcome: 'repeated', task: begun.task };
  const key = `${name.project}/${name.key}`;
  const outcome = await follow(deps, call, { by, command, repository, key }).catch(async error => {
    if (error instanceof GitHubFailure && error.refused) await deps.calls.forget(name);
    throw error;
  });
  // Only an accepted call keeps its key, so that a refused one can be corrected and sent again.
  if (outcome.outcome === 'refused') await deps.calls.forget(name);
  else await deps.calls.settle(name, outcome.task);
  return outcome;
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

async function follow(
  deps: WorkerDependencies,
  call: TaskCall,
  {
    by,
    command,
    repository,
    key,
  }: { by: Person; command: Command; repository: Repository; key: string },
): Promise<CallOutcome> {
  if (await isOverLimit(deps, repository, by))
    return refusedCall(
      'too_many',
      '',
      `You have asked for as much as is followed within an hour (${deps.settings.calls.perPerson}).`,
    );
  const onBranch = call.branch && (await taskOnBranch(deps, repository, call.branch));
  if (onBranch)
    return refusedCall('conflict', '/branch', `The task ${onBranch} works on it: act on that.`);
  const issue =
    call.issue === undefined ? null : await deps.github.facts.issue(repository, call.issue);
  const created = await createFrom(deps, {
    repository,
    origin: { kind: 'console', key },
    requester: byPerson(by),
    command: {
      name: command.name,
      text: call.text,
      ...(call.base === undefined ? {} : { base: call.base }),
    },
    graph: command.graph,
    about: issue && { issue, isPull: issue.isPull },
    goal: issue ?? { title: call.title ?? '', body: call.body },
    taint: [],
    planned: null,
    runs: null,
    target: null,
    label: null,
    key: `console ${key}`,
    delivery: null,
  });
  if (created.outcome !== 'refused') return created;
  const { answer } = created;
  return answer.code === 'busy'
    ? refusedCall(
        'conflict',
        '/issue',
        `The task ${answer.task} works on that: ${howToGoOn(issue)}`,
      )
    : refusedCall('unusable', '', ...refusalWords(answer));
}

/** A further round has no act of its own. */
const howToGoOn = (issue: { isPull: boolean } | null): string =>
  issue?.isPull
    ? 'act on it, or have it do another round by `/agent fix` in a comment there.'
    : 'act on it.';
