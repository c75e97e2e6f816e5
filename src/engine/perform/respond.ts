/** What calls us is answered where it stands: a reaction, a comment, and its one-shot label taken off. */
import type { Reply } from '../../core/reply.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf } from '../../core/task/state.ts';
import { nobodyElse } from '../facts/nobody-else.ts';
import { loadFolded } from '../handle.ts';
import { asTask } from '../streams.ts';
import type { StreamEffect, TaskEffect } from '../task-context.ts';

type Responded = Extract<TaskCommand, { type: 'performed' | 'record' }>;

export async function acknowledge(context: StreamEffect<'acknowledge'>): Promise<Responded> {
  const { deps, effect, guard } = context;
  await guard.check();
  await deps.github.writes.acknowledge(effect.repository, effect.target);
  return { type: 'performed', key: effect.key };
}

export async function reply(context: StreamEffect<'reply'>): Promise<Responded> {
  const { deps, stream, effect, guard } = context;
  const { repository, target, key } = effect;
  const reply = await withHint(context);
  await guard.check();
  const posted = await deps.github.writes.reply(repository, target, reply, `${stream.id}:${key}`);
  return reply.code === 'approval_requested'
    ? {
        type: 'record',
        event: {
          type: 'approval.posted',
          v: 1,
          data: { approval: reply.request.approval, comment: posted.id },
        },
      }
    : { type: 'performed', key };
}

/** A request says at once where nobody can answer it. */
async function withHint({ deps, stream, effect }: StreamEffect<'reply'>): Promise<Reply> {
  const { reply } = effect;
  if (reply.code !== 'approval_requested') return reply;
  const { state } = asTask(await loadFolded(deps.log, stream));
  const alone = await nobodyElse(deps, state, reply.request);
  return { ...reply, request: { ...reply.request, nobodyElse: alone } };
}

export async function removeLabel(context: TaskEffect<'remove_label'>): Promise<Responded> {
  const { deps, folded, effect, guard } = context;
  await guard.check();
  const { repository } = createdOf(folded.state);
  await deps.github.writes.removeLabel(repository, effect.issue, effect.label);
  return { type: 'performed', key: effect.key };
}
