/** Answers the protection rule of an environment, for one deployment. */
import type { Repository } from '../../../core/actor.ts';
import type { GateAnswer } from '../../../engine/ports/deployments.ts';
import { GitHubFailure } from '../../../engine/ports/github.ts';
import { reasonOf } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { inertPlain } from '../surfaces/inert.ts';
import type { WriteContext } from './write-context.ts';

/** GitHub takes 1,024 characters. */
const LONGEST = 1_000;

/** How a workflow's run ends that has gone ahead; one that was stopped may have had no answer. */
const WENT_AHEAD: ReadonlySet<string | null> = new Set(['success', 'failure', 'timed_out']);

export async function answerGate(
  { clients }: WriteContext,
  repository: Repository,
  { workflowRun, environment, state, comment, triedBefore, fresh }: GateAnswer,
): Promise<string | null> {
  const path = { ...repositoryPath(repository), run_id: workflowRun };
  const { actions } = clients(repository, 'facts').rest;
  const { data } = await actions.getWorkflowRun(path);
  if (data.status === 'completed' && triedBefore && WENT_AHEAD.has(data.conclusion)) return null;
  if (data.status === 'completed')
    return `The workflow's run has ended (${data.conclusion}), and waits for no answer.`;
  await fresh();
  try {
    await clients(repository, 'deploy').rest.actions.reviewCustomGatesForRun({
      ...path,
      environment_name: environment,
      state,
      comment: inertPlain(comment, LONGEST),
    });
  } catch (error) {
    if (!(error instanceof GitHubFailure && error.lasting)) throw error;
    // An answer was given before, whose success was not heard of: it goes on, or waits for others.
    const isAnswered =
      error.class === 'invalid' &&
      (triedBefore || (await actions.getWorkflowRun(path)).data.status === 'in_progress');
    return isAnswered ? null : reasonOf(error);
  }
  return null;
}
