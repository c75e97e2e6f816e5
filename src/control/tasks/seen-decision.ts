/** One decision of policy about a task that whoever asks may see, with what it rests on. */
import { PolicyDecision } from '../../core/decision.ts';
import { taskStream } from '../../core/stream.ts';
import { liveAuditSource } from '../../engine/audit-source.ts';
import type { ControlServices } from '../control-services.ts';
import { type ApiAnswer, refused } from '../endpoint.ts';
import { notFound } from '../faults.ts';
import type { Viewer } from '../viewer.ts';
import { NO_TASK, seenTask } from './seen-task.ts';

type SeenDecision = {
  ok: true;
  task: string;
  /** Of its event. */
  hash: string;
  recorded: { seq: number; at: string; decision: PolicyDecision };
  audit: ReturnType<typeof liveAuditSource>;
};

export async function seenDecision(
  services: ControlServices,
  viewer: Viewer,
  { task, seq }: { task: string; seq: number },
): Promise<SeenDecision | Extract<ApiAnswer<never>, { ok: false }>> {
  const row = await seenTask(services, viewer, task);
  if (row === null) return NO_TASK;
  const { log, artifacts, eventPages } = services;
  const [event] = await eventPages.page(taskStream(row.id), { after: seq - 1 }, 1);
  if (event?.seq !== seq || event.type !== 'policy.decided') return refused(notFound('decision'));
  const decision = PolicyDecision.parse(event.data.decision);
  return {
    ok: true,
    task: row.id,
    hash: event.hash,
    recorded: { seq, at: event.at, decision },
    audit: liveAuditSource({ log, artifacts }),
  };
}
