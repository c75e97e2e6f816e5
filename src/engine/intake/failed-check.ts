/** A check of another App failed on a pull request of ours: work for the remediator, if opted in. */
import { taskStream } from '../../core/stream.ts';
import type { Trigger } from '../../core/trigger.ts';
import { type Intake, ofPull } from './intake.ts';

export async function onFailedCheck(
  deps: Intake,
  guid: string,
  trigger: Extract<Trigger, { kind: 'check_failed' }>,
): Promise<string> {
  const { check, repository, pulls } = trigger;
  const notes: string[] = [];
  for (const pull of pulls) {
    const row = await ofPull(deps, repository.id, pull);
    if (!row) continue;
    const stream = taskStream(row.id);
    const asked = await deps.handle({
      stream,
      command: {
        type: 'rework',
        data: {
          id: `check-${check.id}`,
          origin: 'check',
          role: 'remediator-ci',
          instructions: `The check "${check.name}" fails.`,
          by: null,
          target: null,
          check: { id: check.id, name: check.name, head: check.head },
          taint: [],
        },
      },
      actor: { kind: 'github' },
      correlation: { delivery: guid },
    });
    if (asked.ok) {
      notes.push(`${row.id} takes it up`);
      continue;
    }
    notes.push(`${row.id}: ${asked.refusal.message}`);
    await deps.handle({
      stream,
      command: {
        type: 'signal',
        data: { signal: 'checks', detail: `${check.name} failed`, at: null, by: null },
      },
      actor: { kind: 'github' },
      correlation: { delivery: guid },
    });
  }
  return notes.join('; ') || 'no pull request of ours';
}
