/** What a task's failed command printed, read from what its run left. */
import { FailedOutput } from '../../core/code-problem.ts';
import type { TaskView } from '../../core/view.ts';
import type { Dependencies } from '../dependencies.ts';

export async function failedCommand(
  { artifacts }: Pick<Dependencies, 'artifacts'>,
  view: TaskView,
): Promise<TaskView['failedCommand']> {
  const failed = view.steps.find(({ kind, status }) => kind === 'command' && status === 'failed');
  const run = failed?.run;
  // Where a role works on it, what is shown is its work.
  if (run?.state !== 'failure' || run.purpose !== 'step') return null;
  const left = (await artifacts.list(view.id)).find(
    artifact => artifact.run === run.run && artifact.name === 'failed-output.json',
  );
  if (!left) return null;
  const text = (await artifacts.get(left.digest)).toString('utf8');
  const { tail, problems } = FailedOutput.parse(JSON.parse(text));
  return { run: run.run, name: run.agent, tail, problems };
}
