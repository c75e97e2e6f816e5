/** A call resumes an open task with more to do, or has a failed one tried again: so often, until a person asks. */
import {
  type PersonActor,
  type Repository,
  steeredBy,
  type TokenActor,
} from '../../../core/actor.ts';
import type { TaskCall } from '../../../core/call.ts';
import { roleForRework } from '../../../core/profile.ts';
import type { CommandRefusal } from '../../../core/refusal.ts';
import { refusal } from '../../../core/refusal.ts';
import { taskStream } from '../../../core/stream.ts';
import type { Taint } from '../../../core/taint.ts';
import type { TaskCommand } from '../../../core/task/decide/command.ts';
import { ownerOfBranch } from '../../../core/task/events/works-on.ts';
import { createdOf, isOpen, type TaskState } from '../../../core/task/state/state.ts';
import { HAS_STOPPED } from '../../../core/task/state/unasked.ts';
import type { WorkerDependencies } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import { asTask } from '../../streams.ts';
import { taintOfRemarks } from '../callers/taint.ts';
import { hasFollowed, personOf, stateOf } from '../intake.ts';

type ResumeRequest = {
  call: Pick<TaskCall, 'command' | 'text'>;
  /** `trusted`: its text counts as written by somebody with write access. */
  caller: { requester: PersonActor | TokenActor; trusted: boolean };
  taint: Taint[];
  /** The idempotency key of this call. */
  key: string;
};

/** Returns null where the task goes on, also where this call was taken before; else why it does not. */
export async function resumeTask(
  deps: WorkerDependencies,
  task: string,
  asked: ResumeRequest,
): Promise<CommandRefusal | null> {
  const stream = taskStream(task);
  const { key, caller } = asked;
  const followed = { log: deps.log, delivery: key };
  if (await hasFollowed(followed, stream, 'remediation.stopped')) return HAS_STOPPED;
  if (await hasFollowed(followed, stream)) return null;
  const { state } = asTask(await loadFolded(deps.log, stream));
  const command = await commandFor(deps, state, asked);
  if ('code' in command) return command;
  const { requester: actor } = caller;
  const handled = await deps.handle({ stream, command, actor, correlation: { delivery: key } });
  if (!handled.ok) return handled.refusal;
  return asTask(handled.folded).state.remediationStopped ? HAS_STOPPED : null;
}

/** The task whose own branch it is, so that a build that is red there makes no other one; null: it is nobody's. */
export async function taskOnBranch(
  { tasks, log }: Pick<WorkerDependencies, 'tasks' | 'log'>,
  { id: repositoryId }: Repository,
  branch: string,
): Promise<string | null> {
  const [row] = await tasks.list({ repositoryId, branch, limit: 1 });
  if (row === undefined) return null;
  // The branch of a person's pull request outlives the tasks that push to it.
  const isTheirs = row.open || ownerOfBranch(createdOf(await stateOf({ log }, row))) === 'task';
  return isTheirs ? row.id : null;
}

/** What a call says, where it came to a task by the branch and describes anew what is wrong. */
export const saidAnew = ({ title = '', body, text }: Pick<TaskCall, 'title' | 'body' | 'text'>) =>
  [title, body, text].filter(part => part !== '').join('\n\n');

async function commandFor(
  deps: WorkerDependencies,
  state: TaskState,
  { call, caller, taint, key }: ResumeRequest,
): Promise<TaskCommand | CommandRefusal> {
  const { command, repository } = createdOf(state);
  if (command !== call.command)
    return refusal(
      'unsupported',
      `The task was asked for by ${command}, and not by ${call.command}.`,
    );
  const { requester: by } = caller;
  if (state.status === 'failure') {
    if (call.text !== '' && !caller.trusted)
      return refusal('unsupported', 'A token that is not trusted tries again without `text`.');
    return { type: 'retry', by, instructions: call.text, origin: 'call' };
  }
  if (!isOpen(state)) return refusal('ended', `The task has ended: ${state.status}.`);
  if (state.paused)
    return refusal('busy', `It is paused by ${steeredBy(state.paused)}: people have it go on.`);
  if (state.question !== null)
    return refusal('busy', 'It asks people, and waits for their answer.');
  if (call.text === '')
    return refusal('busy', 'It is at work: say in `text` what is to be done besides.');
  const role = roleForRework(deps.profiles.values(), 'comment');
  if (role === null) return refusal('unsupported', 'No agent here works on what is asked besides.');
  const remarks = state.pull
    ? await deps.github.facts.discussion(repository, state.pull.number)
    : [];
  const data = {
    id: key,
    origin: 'call' as const,
    role,
    instructions: call.text,
    by: by.kind === 'person' ? personOf(by) : null,
    caller: by.kind === 'token' ? by : null,
    target: null,
    check: null,
    threads: [],
    merges: null,
    taint: [...taint, ...taintOfRemarks(remarks)],
  };
  return { type: 'rework', data };
}
