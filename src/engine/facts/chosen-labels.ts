/** The labels that triage chose for an issue. */
import { labelsToSet, TriageReport } from '../../core/handover/triage.ts';
import { createdOf, runOf, type TaskState } from '../../core/task/state/state.ts';
import { handedOver } from '../../core/task/work/handed-over.ts';
import type { Artifacts } from '../ports/artifacts.ts';

/** What the step is about to set, and what may be set here. */
export async function chosenLabels(
  { artifacts }: { artifacts: Pick<Artifacts, 'get'> },
  state: TaskState,
  run: string,
): Promise<{ names: string[]; listed: string[] }> {
  const { digest } = handedOver(state, runOf(state, run));
  const report = TriageReport.parse(JSON.parse((await artifacts.get(digest)).toString('utf8')));
  const listed = createdOf(state).config.triage?.labels ?? [];
  return { names: labelsToSet(report, listed), listed };
}
