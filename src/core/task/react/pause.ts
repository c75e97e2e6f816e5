/** The effects of a pause: what works is let end, and nothing more begins until somebody resumes the task. */
import type { Action } from '../../decision.ts';
import type { Effect, NewEffect } from '../../effect.ts';
import { effectKey } from '../../effect.ts';
import { mayGoOn, usedBy, usedByMerge } from '../approvals/open-approvals.ts';
import {
  createdOf,
  type DataOf,
  isOver,
  mergeRun,
  purposeOf,
  type Run,
  type TaskState,
} from '../state/state.ts';
import { attempt } from './approval.ts';
import { decide } from './ask-again.ts';

/** Nothing takes these back once they have happened. One that is under way is let end. */
const FINAL = new Set(['merge', 'deploy', 'release']);

/** Whether the effect begins something: a run, what a run goes on with after people answered, or what is final. */
const begins = (effect: Effect | NewEffect): boolean =>
  effect.kind === 'attempt' ||
  FINAL.has(effect.kind) ||
  (effect.kind === 'decide' && BEGINNINGS.has(effect.action));

const BEGINNINGS = new Set(['run.start', 'budget.raise']);

/** What may be done of these while the task is paused; what begins is opened again when it is resumed. */
export const allowedWhilePaused = (state: TaskState, effects: NewEffect[]): NewEffect[] =>
  state.paused ? effects.filter(effect => !begins(effect)) : effects;

/** What is already open ends where it has not begun. */
export const endsByPause = ({ holds }: DataOf<'task.paused'>, effect: Effect): boolean =>
  !FINAL.has(effect.kind) && begins(effect) && 'run' in effect && holds.includes(effect.run ?? '');

const FINAL_ACTIONS: ReadonlySet<Action> = new Set<Action>(['pr.merge', 'deploy']);

/** Whether what is final was open already as the task was paused, and has not begun: it has used no approval. */
export const isHeldByPause = (state: TaskState, action: Action, effect: string): boolean =>
  state.paused !== null && FINAL_ACTIONS.has(action) && usedBy(state, effect) === null;

/** What was held goes on, and policy is asked again before it does. */
export function goesOnAfterPause(state: TaskState): NewEffect[] {
  const merge = mergeRun(state);
  const held = state.runs.flatMap(run => (isOver(run) ? [] : beginning(state, run)));
  const isMergeHeld =
    merge && merge.state !== 'queued' && !state.pull?.draft && !usedByMerge(state);
  const deployments = state.runs.filter(run => isDeploymentHeld(state, run));
  return [
    ...held,
    ...(isMergeHeld ? [decide('pr.merge', merge.id, null)] : []),
    ...deployments.map(({ id }) => decide('deploy', id, null)),
  ];
}

/** Whether it is to be deployed, or let go ahead, and nothing of that is under way. */
function isDeploymentHeld(state: TaskState, run: Run): boolean {
  const { id } = run;
  const { deployments } = state;
  const effects = [effectKey.deploy(id), effectKey.release(id)];
  return (
    run.state === 'running' &&
    ['deploy', 'release'].includes(purposeOf(state, run)) &&
    !deployments.some(one => one.run === id) &&
    effects.every(effect => usedBy(state, effect) === null)
  );
}

function beginning(state: TaskState, run: Run): NewEffect[] {
  if (run.state === 'queued') return [whenQueued(run)];
  return mayGoOn(state, run) ? [attempt(run.id)] : [];
}

/** Policy is asked before a run begins. */
export const whenQueued = ({ id, budget }: Run): NewEffect =>
  decide(budget.raises ? 'budget.raise' : 'run.start', id, null);

/** Whoever asked for it is told in place. */
export function toldOfPause(
  state: TaskState,
  data: DataOf<'task.resumed'>,
  seq: number,
): NewEffect[] {
  const { target } = data;
  if (!target) return [];
  const { repository } = createdOf(state);
  const running = state.runs.filter(run => run.state === 'running').map(({ step }) => step);
  const reply = state.paused ? { code: 'paused' as const, running } : { code: 'resumed' as const };
  return [{ kind: 'reply', key: effectKey.reply(`pause-${seq}`), repository, target, reply }];
}
