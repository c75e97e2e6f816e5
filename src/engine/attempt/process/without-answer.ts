/** What an agent says of its end, beside how its model's last call ended. */
import type { AgentEvent } from '../../../core/agent-event.ts';
import type { CallEnd } from '../../ports/gateway.ts';

/**
 * An agent whose model did not answer has not done its work, whatever it says: some CLIs report an
 * error of the provider as the model's answer. One that tried again and was answered has done it.
 * `error`: what it told before that ended it. The gateway knows better than an agent that can't
 * tell what failed.
 */
export function failedWithoutAnswer(
  last: AgentEvent[],
  { call, error }: { call: CallEnd | null; error: Extract<AgentEvent, { type: 'error' }> | null },
): AgentEvent[] {
  if (call === 'answered') return last;
  const fatal = [error, ...last].findLast(event => event?.type === 'error' && event.fatal);
  const isUnknown = fatal?.type === 'error' && fatal.class === 'protocol';
  const why = call ?? { class: 'protocol', message: 'the agent did not call its model' };
  return last.flatMap((event): AgentEvent[] => {
    if (event.type !== 'session.finished') return [event];
    const known: AgentEvent = { type: 'error', ...why, fatal: true };
    if (event.status === 'failed' && call && isUnknown) return [known, event];
    if (event.status !== 'ok') return [event];
    const { structured: _, ...finished } = event;
    return [known, { ...finished, status: 'failed' }];
  });
}
