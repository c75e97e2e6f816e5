/** What an agent handed over is said on GitHub: a review on the lines of its pull request, all else in a comment. */
import { AnswerReport } from '../../core/handover/answer-report.ts';
import { Plan } from '../../core/handover/plan.ts';
import { ReviewReport } from '../../core/handover/review.ts';
import { TriageReport } from '../../core/handover/triage.ts';
import type { Reply } from '../../core/reply.ts';
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { conversationOf } from '../../core/task/state/place.ts';
import { createdOf, runOf } from '../../core/task/state/state.ts';
import { handedOver } from '../../core/task/work/handed-over.ts';
import type { TaskEffect } from '../task-context.ts';
import { isFirstTry } from './last-shown.ts';

export async function report(context: TaskEffect<'report'>): Promise<TaskCommand> {
  const { deps, task, folded, effect, guard } = context;
  const { state } = folded;
  const { writes } = deps.github;
  const { repository, target, worksOn } = createdOf(state);
  const { schema, digest } = handedOver(state, runOf(state, effect.run));
  const document: unknown = JSON.parse((await deps.artifacts.get(digest)).toString('utf8'));
  const key = `${task}:${effect.key}`;
  const pull = state.pull?.number ?? worksOn?.pull;
  await guard.check();
  if (schema === 'review.v1' && pull !== undefined) {
    // What was read is what we pushed, or the head that the task began at.
    const head = state.pushed?.sha ?? state.parent;
    const review = { pull, head, report: ReviewReport.parse(document) };
    const { id } = await writes.review(repository, review, key);
    return { type: 'reported', data: { run: effect.run, as: 'review', id } };
  }
  const said = replyWith(schema, document, digest);
  if (said === null)
    return { type: 'refused', run: effect.run, reason: `${schema} is not said on GitHub.` };
  const place = target ?? conversationOf(state);
  if (place === null) {
    const reason = 'It has no issue and no pull request on which it could be said.';
    return { type: 'refused', run: effect.run, reason };
  }
  const write = isFirstTry(effect, guard) ? writes.replyAnew : writes.reply;
  const { id } = await write(repository, place, said, key);
  return { type: 'reported', data: { run: effect.run, as: 'comment', id } };
}

function replyWith(schema: string, document: unknown, digest: string): Reply | null {
  switch (schema) {
    case 'plan.v1':
      return { code: 'planned', digest, plan: Plan.parse(document) };
    case 'triage.v1':
      return { code: 'triaged', triage: TriageReport.parse(document) };
    case 'answer.v1':
      return { code: 'answered', report: AnswerReport.parse(document) };
    default:
      return null;
  }
}
