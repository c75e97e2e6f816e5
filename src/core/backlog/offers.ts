/** What an open backlog says to a command on its issue. */
import type { CommandWork } from '../commands/command-work.ts';
import { type BacklogState, isOpen } from './state.ts';

/** Why it can't be asked for, as a clause; null: it can. Undefined: it is no matter of the backlog. */
export function backlogOffer(state: BacklogState, does: CommandWork): string | null | undefined {
  if (!isOpen(state)) return undefined;
  switch (does.kind) {
    case 'play':
      return 'a backlog is open here already';
    case 'cancel':
      return null;
    case 'retry':
      return state.items.some(({ status }) => status === 'failed' || status === 'canceled')
        ? null
        : 'nothing failed here that could be tried again';
    case 'pause':
      return state.status === 'active' ? null : `the backlog here is ${state.status}`;
    case 'resume':
      return state.status === 'paused' ? null : 'nothing is paused here';
    case 'answer':
      return notAnswered(state, does.says);
    default:
      return undefined;
  }
}

function notAnswered({ status }: BacklogState, says: 'approve' | 'deny' | 'revoke'): string | null {
  if (status === 'proposed')
    return says === 'revoke' ? 'nobody has approved the plan of the backlog yet' : null;
  return says === 'revoke'
    ? 'what the backlog has begun is not taken back: `/agent pause` lets nothing else begin'
    : 'nobody is asked about the plan of the backlog any more';
}
