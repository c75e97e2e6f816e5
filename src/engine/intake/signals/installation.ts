/** The App is installed, no longer suspended, or granted more: what waits for that goes on. */
import { createdOf } from '../../../core/task/state/state.ts';
import type { Intake } from '../../dependencies.ts';
import { loadTask } from '../../queries/queries.ts';
import { findMissedWhileShutOut } from '../../reconcile/missed-events.ts';
import { signal } from '../intake.ts';
import { isThere, type LetIn, resumeEffects } from './resume-effects.ts';

/** Installed, installed on more, no longer suspended, or granted what it asks for. */
const LET_IN = new Set(['created', 'unsuspend', 'added', 'new_permissions_accepted']);
/** Of these, nobody told us anything before. */
const SHUT_OUT_BEFORE = new Set(['unsuspend', 'added']);
/** A bound on one look. Beyond it, what nobody told of is found by the look for missed events. */
const MOST = 1_000;

export async function onInstallation(
  intake: Intake,
  {
    action,
    installation,
    added,
  }: { action: string; installation: number; added: { id: number }[] },
): Promise<string> {
  if (!LET_IN.has(action)) return action;
  const where = { installation, repositories: added.map(({ id }) => id) };
  const resumed = await resumeEffects(intake, where);
  const asked = await askAgain(intake, where);
  const found = SHUT_OUT_BEFORE.has(action) ? await findMissed(intake, where, action) : 0;
  if (resumed + asked + found === 0) return action;
  return `${action}; streams that go on: ${resumed}, pull requests that are looked at again: ${asked}, events that are followed late: ${found}`;
}

/** What people wrote meanwhile. Before a new installation nobody wrote to it. */
function findMissed(
  intake: Intake,
  where: { installation: number; repositories: number[] },
  action: string,
): Promise<number> {
  const { queue } = intake;
  // Where the queue does not take one, the sweep finds it.
  const delivered = (guid: string) => queue.add([{ job: { name: 'delivery', guid }, delayMs: 0 }]);
  const only = action === 'added' ? where.repositories : null;
  return findMissedWhileShutOut({ ...intake, delivered }, where.installation, only);
}

/** Nobody told us of reviews and checks while we were not let in. */
async function askAgain(intake: Intake, where: LetIn): Promise<number> {
  const detail = 'the App is let in again';
  let asked = 0;
  for (const row of await intake.tasks.list({ open: true, limit: MOST })) {
    if (row.pull === null) continue;
    const { state } = await loadTask(intake.log, row.id);
    if (!isThere(where, createdOf(state).repository)) continue;
    await signal(intake, row, { signal: 'state', detail, at: null, by: null, check: null });
    asked++;
  }
  return asked;
}
