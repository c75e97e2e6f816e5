/** The default branch moved: its schedules are kept, and a fault in the rules that now hold is shown there. */
import type { Repository } from '../../core/actor.ts';
import type { Intake } from '../dependencies.ts';
import { rulesOf } from '../policies/of-repository.ts';
import { keepSchedules } from '../schedules/keep.ts';
import { faultsHere } from './faults-here.ts';
import { sendToDelivery } from './intake.ts';

export async function onDefaultBranch(
  intake: Intake,
  { repository, head }: { repository: Repository; head: string },
): Promise<string> {
  // What was pushed since has a delivery of its own.
  if ((await intake.github.facts.defaultBranch(repository)).sha !== head)
    return 'pushed again since';
  const rules = await rulesOf(intake, repository, head);
  const { schedules } = rules;
  const faults = await faultsHere(intake, { repository, commit: head }, rules);
  const [first] = faults;
  if (!first) {
    const kept = await keepSchedules(intake, repository, schedules);
    return kept === 0 ? 'its rules have no fault' : `its rules have no fault; schedules: ${kept}`;
  }
  const data = { repository, head, faults: faults.length };
  const handled = await sendToDelivery(intake, { type: 'report_faults', data }, null);
  return handled.ok ? `its rules have a fault: ${first.file}` : handled.refusal.message;
}
