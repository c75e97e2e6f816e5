/** Whose turn it is in a task, and why: every list and every page says it by this. */
import { steeredBy } from '../../actor.ts';
import type { ShutOut } from '../../shut-out.ts';
import type { WaitsOn } from '../../view.ts';
import { openApprovals } from '../approvals/open-approvals.ts';
import { type Obstacle, standsStill } from '../events/blocked.ts';
import { runAtPull } from '../state/run-at-pull.ts';
import { createdOf, isOpen, isOver, purposeOf, type TaskState } from '../state/state.ts';

/** `reason`: in words; empty while the task simply works, and once it has ended. */
type TaskTurn = { on: WaitsOn; reason: string };

/** What keeps a merge from happening: who ends that. */
const ENDS: Record<Obstacle, WaitsOn> = {
  checks: 'github',
  queued: 'github',
  behind: 'gatehouse',
  closed: 'person',
  conflict: 'person',
  held: 'person',
  dequeued: 'person',
  github: 'person',
};

const WHY_SHUT_OUT: Record<ShutOut, (repository: string) => string> = {
  not_installed: repository =>
    `The App is not installed on ${repository} any more, or is suspended there`,
  archived: repository => `The repository ${repository} is archived`,
  not_granted: repository =>
    `The App lacks a permission on ${repository} that this takes (\`gatehouse doctor\` names it)`,
};

export function turnOf(state: TaskState): TaskTurn {
  if (!isOpen(state)) return { on: 'nobody', reason: '' };
  if (state.paused) {
    const reason = `Paused by ${steeredBy(state.paused)}: nothing more begins until \`/agent resume\`.`;
    return { on: 'person', reason };
  }
  if (state.unreachable) {
    const { owner, name } = createdOf(state).repository;
    const why = WHY_SHUT_OUT[state.unreachable](`${owner}/${name}`);
    const reason = `${why}: the work goes on once that has changed, within a week.`;
    return { on: 'person', reason };
  }
  if (state.question !== null) return { on: 'person', reason: state.question.text };
  const unplaced = state.runs.findLast(run => run.unplaced !== null && !isOver(run))?.unplaced;
  if (unplaced) return { on: 'person', reason: unplaced };
  const blocked = runAtPull(state) ? state.blocked : null;
  const byBlock = blocked && { on: ENDS[blocked.obstacle], reason: blocked.reason };
  if (byBlock && standsStill(blocked)) return byBlock;
  const asked = openApprovals(state).findLast(({ status }) => status === 'requested');
  if (asked) return { on: 'person', reason: asked.reasons[0] ?? '' };
  if (byBlock) return byBlock;
  const working = state.runs.filter(run => !isOver(run));
  const deploys = working.length > 0 && working.every(run => purposeOf(state, run) === 'deploy');
  return { on: deploys ? 'github' : 'gatehouse', reason: '' };
}

/** What a task does whose turn needs no reason. */
export function presentWork(state: TaskState): string {
  if (!isOpen(state)) return '';
  const working = state.runs.filter(run => !isOver(run));
  const steps = working.map(({ step }) => step).join(', ');
  if (steps === '')
    return state.status === 'proposed'
      ? 'Policy is asked whether it may start.'
      : 'The next step is being prepared.';
  const what = `${working.length === 1 ? 'Step' : 'Steps'} ${steps}`;
  if (working.some(run => run.state === 'running')) return `${what}: at work.`;
  return `${what}: waiting for a worker.`;
}
