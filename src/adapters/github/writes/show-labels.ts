/** The labels that say what waits for people, on the issue and on the pull request. */
import { LABELS, labeledNumbers, labelsDigest, labelsIn, labelsOf } from '../../../core/labels.ts';
import type { TaskView } from '../../../core/view.ts';
import type { LastShown } from '../../../engine/ports/github-writes.ts';
import { orNull } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import { certain, type WriteContext } from './write-context.ts';

export async function showLabels(
  { clients }: WriteContext,
  view: TaskView,
  last: LastShown,
): Promise<{ id: number; digest: string }> {
  const wanted = labelsOf(view);
  const digest = labelsDigest(view);
  const known = certain(last);
  const numbers = labeledNumbers(view);
  const id = numbers[0] ?? 0;
  if (known?.digest === digest) return { id, digest };
  const { rest } = clients(view.repository, 'talk');
  for (const issue_number of numbers) {
    const path = { ...repositoryPath(view.repository), issue_number };
    const present = known
      ? labelsIn(known.digest, issue_number)
      : (await rest.issues.listLabelsOnIssue({ ...path, per_page: 100 })).data.map(l => l.name);
    const labels = wanted.filter(name => !present.includes(name));
    if (labels.length > 0) await rest.issues.addLabels({ ...path, labels });
    for (const name of LABELS)
      if (present.includes(name) && !wanted.includes(name))
        await orNull(rest.issues.removeLabel({ ...path, name }));
  }
  return { id, digest };
}
