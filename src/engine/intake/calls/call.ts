/**
 * Another system calls, or somebody at a shell: the call starts a task, or has one go on. It is answered when that is
 * done, and does it once, however often it comes.
 */
import type { Repository } from '../../../core/actor.ts';
import type { TaskCall } from '../../../core/call.ts';
import { STARTABLE, startable } from '../../../core/commands/commands.ts';
import type { WorkerDependencies } from '../../dependencies.ts';
import { taintOfCaller } from '../callers/taint.ts';
import type { TaskCaller } from '../callers/task-caller.ts';
import { createFrom } from '../create/create-task.ts';
import { refusalWords } from '../create/refusal-words.ts';
import { type CallOutcome, followOnce, refusedCall } from './call-outcome.ts';
import { resumeTask, saidAnew, taskOnBranch } from './resume-task.ts';

/** `key`: of this very call. */
type CalledBy = { caller: TaskCaller; key: string };

export const takeCall = (
  deps: WorkerDependencies,
  call: TaskCall,
  by: CalledBy,
): Promise<CallOutcome> => deps.github.inClass('answer', () => judgeAndFollow(deps, call, by));

async function judgeAndFollow(
  deps: WorkerDependencies,
  call: TaskCall,
  { caller, key }: CalledBy,
): Promise<CallOutcome> {
  const command = startable(call.command);
  if (command === null) {
    const all = STARTABLE.join(', ');
    return refusedCall('invalid', '/command', `is no command that starts work; those are: ${all}`);
  }
  if (!caller.commands.includes(command.name))
    return refusedCall(
      'forbidden',
      '/command',
      `The token may not give ${command.name}, only: ${caller.commands.join(', ')}.`,
    );
  const place = placeOf(call.repository, caller.repositories);
  if (place === null)
    return refusedCall('forbidden', '/repository', 'The token is not for this repository.');
  const { owner, name } = place;
  return followOnce(deps, { project: caller.requester.project, key }, call, async of => {
    const repository = await deps.github.record.findRepository(owner, name);
    if (repository !== null) return follow(deps, call, { caller, command, repository, key: of });
    const missing = `The App is not installed on ${owner}/${name}: install it there, and call again.`;
    return refusedCall('unusable', '/repository', missing);
  });
}

/** Owner and name of what a call names, by its alias or in full; `null`: the caller may not name it. */
function placeOf(
  called: string,
  granted: TaskCaller['repositories'],
): { owner: string; name: string } | null {
  const named = called.toLowerCase();
  const full = granted
    ? granted.find(({ name, alias }) => name.toLowerCase() === named || alias === called)?.name
    : called;
  const [, owner, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(full ?? '') ?? [];
  return owner !== undefined && name !== undefined ? { owner, name } : null;
}

type Called = {
  caller: TaskCaller;
  command: NonNullable<ReturnType<typeof startable>>;
  repository: Repository;
  /** Of this call among those of all projects. */
  key: string;
};

async function follow(
  deps: WorkerDependencies,
  call: TaskCall,
  { caller, command, repository, key }: Called,
): Promise<CallOutcome> {
  const { requester } = caller;
  const taint = taintOfCaller(caller);
  const resume = async (task: string, text = call.text): Promise<CallOutcome> => {
    const asked = { call: { command: call.command, text }, caller, taint, key: `call ${key}` };
    const refusal = await resumeTask(deps, task, asked);
    if (refusal === null) return { outcome: 'resumed', task };
    return refusedCall('conflict', '', `The task ${task}: ${refusal.message}`);
  };
  if (call.task !== undefined) {
    const row = await deps.tasks.find(call.task);
    return row?.repositoryId === repository.id
      ? resume(row.id)
      : refusedCall('unusable', '/task', 'The repository has no such task.');
  }
  const onBranch = call.branch && (await taskOnBranch(deps, repository, call.branch));
  if (onBranch) return resume(onBranch, saidAnew(call));
  const issue =
    call.issue === undefined ? null : await deps.github.facts.issue(repository, call.issue);
  const created = await createFrom(deps, {
    repository,
    origin: { kind: 'call', key },
    requester,
    command: {
      name: command.name,
      text: call.text,
      ...(call.base === undefined ? {} : { base: call.base }),
    },
    graph: command.graph,
    about: issue && { issue, isPull: issue.isPull },
    goal: issue ?? { title: call.title ?? '', body: call.body },
    taint,
    planned: null,
    runs: null,
    target: null,
    label: null,
    key: `call ${key}`,
    delivery: null,
  });
  if (created.outcome !== 'refused') return created;
  const { answer } = created;
  // Whatever works on the issue goes on with what the call says.
  if (answer.code === 'busy') return resume(answer.task);
  return refusedCall('unusable', '', ...refusalWords(answer));
}
