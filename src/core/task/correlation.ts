/** What an event of a task is about: a run, the agent that works in it, an artifact. */
import type { Correlation } from '../actor.ts';
import type { Folded } from '../fold.ts';
import type { TaskEvent } from './events/events.ts';
import type { TaskState } from './state/state.ts';
import { workAt } from './work/step-state.ts';

/** `before`: what the event is appended to. */
export function correlationOf(
  before: Folded<TaskState>,
  event: TaskEvent,
): Pick<Correlation, 'run' | 'agent' | 'artifact'> {
  const run = runOf(before, event);
  const agent = agentOf(before, event, run);
  const artifact = artifactOf(before.state, event);
  return {
    ...(run === null ? {} : { run }),
    ...(agent === null ? {} : { agent }),
    ...(artifact === null ? {} : { artifact }),
  };
}

function runOf({ state, open }: Folded<TaskState>, { data }: TaskEvent): string | null {
  if ('run' in data && data.run !== null) return data.run;
  if ('approval' in data)
    return state.approvals.find(({ id }) => id === data.approval)?.run ?? null;
  if (!('key' in data)) return null;
  const effect = open.find(({ key }) => key === data.key);
  return effect && 'run' in effect ? effect.run : null;
}

/** The role that works: an agent goes by it, whichever adapter and model are chosen for it. */
function agentOf(
  { state }: Folded<TaskState>,
  event: TaskEvent,
  run: string | null,
): string | null {
  if (event.type === 'rework.requested') return event.data.role;
  const executor =
    event.type === 'run.queued'
      ? event.data.executor
      : state.runs.find(({ id }) => id === run)?.executor;
  return executor?.kind === 'agent' ? executor.role : null;
}

/** By its digest: the journal of what a run did, or the change that is judged, asked for or pushed. */
function artifactOf(state: TaskState, event: TaskEvent): string | null {
  switch (event.type) {
    case 'artifact.stored': {
      // It lists several: the journal stands for them, because it is of every run.
      const { artifacts } = event.data;
      const journal = artifacts.find(({ name }) => name === 'journal.jsonl');
      return (journal ?? artifacts[0])?.digest ?? null;
    }
    case 'run.produced':
      return event.data.journal;
    case 'run.waiting_approval':
      return event.data.checkpoint?.journal ?? null;
    case 'policy.decided':
      return changeAskedAbout(state, event.data.decision.action, event.data.run);
    case 'approval.requested':
      return event.data.facts ?? changeAskedAbout(state, event.data.action, event.data.run);
    case 'branch.pushed':
      return changeOfStep(state, event.data.run);
    default:
      return null;
  }
}

function changeAskedAbout(state: TaskState, action: string, id: string | null): string | null {
  if (action === 'branch.push') return changeOfStep(state, id);
  if (action !== 'patch.accept') return null;
  return state.runs.find(run => run.id === id)?.produced?.work?.change ?? null;
}

/** The change that the step of this run stands on. */
function changeOfStep(state: TaskState, id: string | null): string | null {
  const run = state.runs.find(candidate => candidate.id === id);
  return (run && workAt(state, run.step)?.change) ?? null;
}
