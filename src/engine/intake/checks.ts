/** The checks of a pull request of ours changed: policy is asked again, or the work goes on. */
import type { Repository } from '../../core/actor.ts';
import { roleForRework } from '../../core/profile.ts';
import type { Intake } from '../dependencies.ts';
import type { TaskRow } from '../ports/event-log.ts';
import { ofPull, sendToTask, signal } from './intake.ts';

type Changed = {
  kind: 'checks_changed';
  repository: Repository;
  head: string;
  pulls: number[];
  branches: string[];
};
type Failed = {
  kind: 'check_failed';
  repository: Repository;
  pulls: number[];
  check: { id: number; name: string; head: string };
};

export async function onCheck(intake: Intake, trigger: Changed | Failed): Promise<string> {
  const notes: string[] = [];
  for (const pull of trigger.pulls) {
    const row = await ofPull(intake, trigger.repository.id, pull);
    if (trigger.kind === 'checks_changed') notes.push(await changed(intake, trigger, row));
    else if (row) notes.push(await failed(intake, row.id, trigger.check));
  }
  if (trigger.kind === 'checks_changed')
    for (const branch of trigger.branches) {
      const ours = { repositoryId: trigger.repository.id, branch, open: true, limit: 1 };
      const [row] = await intake.tasks.list(ours);
      if (row) notes.push(await changed(intake, trigger, row));
    }
  return notes.join('; ') || 'no pull request of ours';
}

const changed = (intake: Intake, { head }: Changed, row: TaskRow | undefined): Promise<string> =>
  signal(intake, row, { signal: 'checks', detail: head, at: null, by: null });

/** A check of another App failed: work for the role that reworks checks, where the repository opts in. */
async function failed(intake: Intake, task: string, check: Failed['check']): Promise<string> {
  const role = roleForRework(intake.profiles.values(), 'check');
  const asked = role === null ? null : await askForRework(intake, task, role, check);
  if (asked?.ok) return `${task} takes it up`;
  const detail = `${check.name} failed`;
  const data = { signal: 'checks', detail, at: null, by: null } as const;
  await sendToTask(intake, task, { type: 'signal', data }, null);
  return `${task}: ${asked?.refusal.message ?? 'no role works on failing checks'}`;
}

const askForRework = (intake: Intake, task: string, role: string, check: Failed['check']) =>
  sendToTask(
    intake,
    task,
    {
      type: 'rework',
      data: {
        id: `check-${check.id}`,
        origin: 'check',
        role,
        instructions: `The check "${check.name}" fails.`,
        by: null,
        target: null,
        check: { id: check.id, name: check.name, head: check.head },
        taint: [],
      },
    },
    null,
  );
