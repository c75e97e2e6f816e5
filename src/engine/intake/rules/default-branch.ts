/** The default branch moved: its schedules are kept, and a fault in the rules that now hold is shown there. */
import type { Repository } from '../../../core/actor.ts';
import type { Intake } from '../../dependencies.ts';
import { rulesOf } from '../../policies/of-repository.ts';
import type { Rules } from '../../policies/rules.ts';
import { keepSchedules } from '../../schedules/keep.ts';
import { sendToDelivery } from '../intake.ts';
import { roleFaults } from './config-faults.ts';
import { faultsHere } from './faults-here.ts';

export async function onDefaultBranch(
  intake: Intake,
  { repository, head }: { repository: Repository; head: string },
): Promise<string> {
  // What was pushed since has a delivery of its own.
  if ((await intake.github.facts.defaultBranch(repository)).sha !== head)
    return 'pushed again since';
  const rules = await rulesOf(intake, repository, head);
  const kept = closes(intake, rules) ? 0 : await keepSchedules(intake, repository, rules.schedules);
  const also = kept === 0 ? '' : `; schedules: ${kept}`;
  const faults = await faultsHere(intake, { repository, commit: head }, rules);
  const [first] = faults;
  if (!first) return `its rules have no fault${also}`;
  const data = { repository, head, faults: faults.length };
  const handled = await sendToDelivery(intake, { type: 'report_faults', data }, null);
  return handled.ok ? `its rules have a fault: ${first.file}${also}` : handled.refusal.message;
}

/** With any other fault its schedules start what that fault does not stop. */
const closes = (intake: Intake, rules: Rules): boolean =>
  rules.faults.length > 0 || roleFaults(intake, rules).length > 0;
