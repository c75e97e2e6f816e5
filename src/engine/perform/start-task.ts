/** A hook starts a task: whoever answers for the one that set it off answers for that one too. */
import { startable } from '../../core/commands/commands.ts';
import type { Origin } from '../../core/origin.ts';
import { taskStream } from '../../core/stream.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { createdOf } from '../../core/task/state/state.ts';
import type { TaskEnd } from '../../core/tell.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { createFrom } from '../intake/create/create-task.ts';
import { refusalWords } from '../intake/create/refusal-words.ts';
import { asTask } from '../streams.ts';
import type { TaskEffect } from '../task-context.ts';

/** How many tasks may follow from one by hooks, each set off by the one before. */
const MOST_IN_A_ROW = 3;

export async function startTask(context: TaskEffect<'start_task'>): Promise<TaskCommand> {
  const { deps, task, folded, effect, guard } = context;
  const { hook, start, runs, outcome, key } = effect;
  const { repository, requester, command: before, issue, origin } = createdOf(folded.state);
  const command = startable(start.command);
  if (command === null) return refuse(effect, `${start.command} is no command that starts work.`);
  // What a hook runs is followed by nothing, so that no decision about it runs it again.
  if (runs !== undefined && origin.kind === 'hook') return { type: 'performed', key };
  if ((await hooksBefore(deps, origin)) >= MOST_IN_A_ROW)
    return refuse(effect, `Hooks have started ${MOST_IN_A_ROW} tasks in a row: no further one is.`);
  await guard.check();
  const about = issue === null ? `task ${task}` : `#${issue}`;
  const made = await createFrom(deps, {
    repository,
    origin: { kind: 'hook', task, hook },
    requester,
    command: { name: command.name, text: start.text },
    graph: command.graph,
    about: null,
    goal: { title: `${hook}: after ${before} of ${about} (${outcome})`, body: start.text },
    taint: [],
    planned: null,
    runs: runs ?? null,
    target: null,
    label: null,
    key: `hook ${task} ${key}`,
    delivery: null,
  });
  if (made.outcome === 'refused') return refuse(effect, refusalWords(made.answer).join(' '));
  return { type: 'performed', key };
}

/** The refusal is told where the end of the task that was to start would be told. */
function refuse({ hook, seq }: TaskEffect<'start_task'>['effect'], reason: string): TaskCommand {
  const end: TaskEnd = {
    task: `the hook ${hook}`,
    at: seq,
    outcome: 'refused',
    reason,
    pull: null,
    commit: null,
  };
  return { type: 'task_ended', end };
}

/** How many hooks in a row led to a task from there. */
async function hooksBefore(
  { log }: Pick<WorkerDependencies, 'log'>,
  origin: Origin,
): Promise<number> {
  let count = 0;
  for (let from = origin; from.kind === 'hook' && count < MOST_IN_A_ROW; count += 1) {
    const { state } = asTask(await loadFolded(log, taskStream(from.task)));
    from = createdOf(state).origin;
  }
  return count;
}
