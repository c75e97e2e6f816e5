/** The check run `gatehouse/policy` on the default branch, where the rules there have a fault. */
import type { DeliveryCommand } from '../../core/delivery/decider.ts';
import { faultsHere } from '../intake/rules/faults-here.ts';
import { rulesOf } from '../policies/of-repository.ts';
import type { StreamEffect } from '../task-context.ts';

export async function showFaults(context: StreamEffect<'show_faults'>): Promise<DeliveryCommand> {
  const { deps, effect, guard } = context;
  const { key, repository, head } = effect;
  const rules = await rulesOf(deps, repository, head);
  const faults = await faultsHere(deps, { repository, commit: head }, rules);
  // The organisation's rules, which hold here too, may be corrected by now.
  if (faults.length > 0) {
    await guard.check();
    const examination = { digest: null, faults, tests: null, history: null };
    await deps.github.writes.showPolicy(repository, { number: null, head }, examination);
  }
  return { type: 'performed', key };
}
