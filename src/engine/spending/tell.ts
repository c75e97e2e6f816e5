/** What the ledger says of a run, put into the task's events: there it can be proved. */
import { GATEHOUSE } from '../../core/actor.ts';
import { taskStream } from '../../core/stream.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import type { Spender } from '../ports/ledger.ts';

type Needs = Pick<WorkerDependencies, 'ledger' | 'handle'>;

export async function tellSpend({ ledger, handle }: Needs, by: Spender): Promise<void> {
  const [found] = await ledger.spentBy(by.task, by.run);
  if (!found) return;
  const { run, until, spend } = found;
  const stream = taskStream(by.task);
  const told = await handle({
    stream,
    command: { type: 'spent', data: { run, until, spend } },
    actor: GATEHOUSE,
  });
  if (told.ok || told.refusal.code === 'repeated') await ledger.told(by, until);
}

/** Settles what lost workers had reserved, and tells what nobody has told. Returns how much there was. */
export async function settleLostSpends(
  deps: Needs & Pick<WorkerDependencies, 'logger'>,
): Promise<number> {
  let found = await deps.ledger.settleExpired();
  let after: Spender | null = null;
  do {
    const untold = await deps.ledger.untold(after);
    // One task whose stream can't be handled keeps nobody else's from being told.
    for (const by of untold)
      await tellSpend(deps, by).catch(error =>
        deps.logger.warn({ err: error, ...by }, 'what a run spent could not be told'),
      );
    after = untold.at(-1) ?? null;
    found += untold.length;
  } while (after !== null);
  return found;
}
