/** The default branch moved: a fault in the rules that now hold is shown where it was pushed. */
import type { Repository } from '../../core/actor.ts';
import type { Intake } from '../dependencies.ts';
import { rulesOf } from '../policies/of-repository.ts';
import { sendToDelivery } from './intake.ts';

export async function onDefaultBranch(
  intake: Intake,
  { repository, head }: { repository: Repository; head: string },
): Promise<string> {
  // What was pushed since has a delivery of its own.
  if ((await intake.github.facts.defaultBranch(repository)).sha !== head)
    return 'pushed again since';
  const { faults } = await rulesOf(intake, repository, head);
  const [first] = faults;
  if (!first) return 'its rules have no fault';
  const data = { repository, head, faults: faults.length };
  const handled = await sendToDelivery(intake, { type: 'report_faults', data }, null);
  return handled.ok ? `its rules have a fault: ${first.file}` : handled.refusal.message;
}
