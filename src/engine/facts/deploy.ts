/** The facts of a deployment: to which environment, and the checks of what is deployed. */
import { commitOf, environmentOf } from '../../core/task/state/deployed.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state/state.ts';
import { canonical, digestOf } from '../chain.ts';
import type { Dependencies } from '../dependencies.ts';
import { type Circumstances, factsOf } from './circumstances.ts';
import type { CollectedFacts, Content, Overtaken, Question } from './question.ts';

/** What people approve is this commit, in this environment, deployed in this way. */
export async function deployFacts(
  { github }: Pick<Dependencies, 'github'>,
  state: TaskState,
  asked: { run: Run; question: Question; present: Content },
  circumstances: Circumstances,
): Promise<CollectedFacts | Overtaken> {
  const { run, question, present } = asked;
  const commit = commitOf(state);
  if (run.state !== 'queued' && run.state !== 'running' && run.state !== 'waiting_approval')
    return { type: 'performed', key: question.key };
  if (commit === null) throw new Error('there is nothing to deploy');
  const { repository, origin } = createdOf(state);
  const { name, environment } = environmentOf(state, run);
  const checks = await github.facts.checksOf(repository, commit);
  const { workflow = null, inputs = {} } = environment;
  // One deployment of somebody else is approved, not each that has the same commit.
  const workflowRun = origin.kind === 'deployment' ? origin.workflowRun : null;
  const starts = workflow === null ? 'a GitHub deployment' : `the workflow ${workflow}`;
  const how = workflowRun === null ? starts : `the workflow run ${workflowRun}`;
  const what = { environment: name, commit, workflow, inputs };
  const red = checks.failing.length > 0 ? [`Failing: ${checks.failing.join(', ')}.`] : [];
  return {
    facts: factsOf(circumstances, {
      action: 'deploy',
      resource: { kind: 'environment', name },
      context: { checks: { ...checks, expected: [], overdue: false } },
    }),
    content: {
      ...present,
      question: digestOf(canonical(workflowRun === null ? what : { ...what, workflowRun })),
    },
    forged: [],
    checks: [`It is the commit ${commit.slice(0, 12)}, deployed by ${how}.`, ...red],
    awaits: null,
    checksChangedAt: null,
  };
}
