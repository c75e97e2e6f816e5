/** The labels that say what waits for people, on the issue and on the pull request. */
import { LABELS, labelsDigest, labelsOf } from '../../../core/labels.ts';
import type { TaskView } from '../../../core/view.ts';
import { orNull } from '../failure.ts';
import { repositoryPath } from '../repository-path.ts';
import type { LastShown, WriteContext } from './write-context.ts';

export async function showLabels(
  { clients }: WriteContext,
  view: TaskView,
  last: LastShown,
): Promise<{ id: number; digest: string }> {
  const wanted = labelsOf(view);
  const digest = labelsDigest(view);
  const numbers = [view.issue, view.pull?.number ?? null].filter(number => number !== null);
  const id = numbers[0] ?? 0;
  if (last?.digest === digest) return { id, digest };
  const { rest } = clients(view.repository, 'talk');
  for (const issue_number of numbers) {
    const path = { ...repositoryPath(view.repository), issue_number };
    const { data } = await rest.issues.listLabelsOnIssue({ ...path, per_page: 100 });
    const present = new Set(data.map(label => label.name));
    const labels = wanted.filter(name => !present.has(name));
    if (labels.length > 0) await rest.issues.addLabels({ ...path, labels });
    for (const name of LABELS)
      if (present.has(name) && !wanted.includes(name))
        await orNull(rest.issues.removeLabel({ ...path, name }));
  }
  return { id, digest };
}
