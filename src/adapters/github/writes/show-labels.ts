/** The labels that say what waits for people, on the issue and on the pull request. */
import { LABELS, labelsDigest, labelsOf } from '../../../core/labels.ts';
import type { TaskView } from '../../../core/view.ts';
import { orNull } from '../failure.ts';
import { at, type Shown, type Writing } from './writing.ts';

export async function showLabels(
  { clients }: Writing,
  view: TaskView,
  last: Shown,
): Promise<{ id: number; digest: string }> {
  const wanted = labelsOf(view);
  const digest = labelsDigest(view);
  const places = [view.issue, view.pull?.number ?? null].filter(number => number !== null);
  const id = places[0] ?? 0;
  if (last?.digest === digest) return { id, digest };
  const { rest } = clients(view.repository, 'talk');
  for (const issue_number of places) {
    const where = { ...at(view.repository), issue_number };
    const { data } = await rest.issues.listLabelsOnIssue({ ...where, per_page: 100 });
    const there = new Set(data.map(label => label.name));
    const labels = wanted.filter(name => !there.has(name));
    if (labels.length > 0) await rest.issues.addLabels({ ...where, labels });
    for (const name of LABELS)
      if (there.has(name) && !wanted.includes(name))
        await orNull(rest.issues.removeLabel({ ...where, name }));
  }
  return { id, digest };
}
