/** The effects of events about deployments and about what must hold where they are. */
import { effectKey, type NewEffect } from '../../effect.ts';
import type { DeployEvent } from '../events/deploy-events.ts';
import { environmentOf } from '../state/deployed.ts';
import { conversationOf } from '../state/place.ts';
import { createdOf, type DataOf, purposeOf, runOf, type TaskState } from '../state/state.ts';

export function reactToDeployment(state: TaskState, event: DeployEvent): NewEffect[] {
  switch (event.type) {
    case 'deployment.started':
      return [watch(event.data.run)];
    case 'deployment.awaited':
      return [{ ...watch(event.data.run), notBefore: event.data.lookAt }];
    case 'deployment.ordered':
    case 'deployment.declined':
    case 'deployment.succeeded':
    case 'gate.released':
      return [];
    case 'gate.asked': {
      const comment = 'Policy has allowed this commit in this environment.';
      return [answerGate(state, event.data, 'approved', comment)];
    }
    case 'deployment.signaled': {
      const { run } = event.data;
      return purposeOf(state, runOf(state, run)) === 'accept' ? [accept(run)] : [watch(run)];
    }
    case 'acceptance.judged': {
      const { run, lookAt } = event.data;
      return lookAt === null ? told(state, event.data) : [{ ...accept(run), notBefore: lookAt }];
    }
  }
}

/** Looks how far a deployment is. */
const watch = (run: string): NewEffect => ({
  kind: 'watch_deployment',
  key: effectKey.watchDeployment(run),
  run,
});

/** Looks whether what must hold does. */
export const accept = (run: string): NewEffect => ({
  kind: 'accept',
  key: effectKey.accept(run),
  run,
});

/** People are shown each time what was seen in the end. */
function told(
  state: TaskState,
  { run: id, address, results }: DataOf<'acceptance.judged'>,
): NewEffect[] {
  const target = conversationOf(state);
  if (target === null || address === null) return [];
  const { repository } = createdOf(state);
  const { name } = environmentOf(state, runOf(state, id));
  const reply = {
    code: 'accepted' as const,
    environment: name,
    address,
    results: results.map(({ name: what, ok, seen }) => ({ name: what, ok, seen })),
    merged: state.merged !== null,
  };
  return [{ kind: 'reply', key: effectKey.reply(`accepted-${id}`), repository, target, reply }];
}

function answerGate(
  state: TaskState,
  { workflowRun, environment }: { workflowRun: number; environment: string },
  answer: 'approved' | 'rejected',
  comment: string,
): NewEffect {
  const { repository } = createdOf(state);
  const key = effectKey.answerGate(workflowRun, environment);
  return { kind: 'answer_gate', key, repository, workflowRun, environment, state: answer, comment };
}

/** Whoever asked whether it may deploy is answered, however the task has ended. */
export function answersNo(
  state: TaskState,
  { outcome, reason }: DataOf<'task.finished'>,
): NewEffect[] {
  const { origin } = createdOf(state);
  if (origin.kind !== 'deployment' || outcome === 'success') return [];
  return [answerGate(state, origin, 'rejected', reason || `The request ended: ${outcome}.`)];
}
