/** Commands on the issue of a backlog: to start it, to steer it, to ask how it stands. */
import { type Repository, steererOf } from '../../core/actor.ts';
import type { BacklogCommand } from '../../core/backlog/decider.ts';
import { type BacklogState, isOpen } from '../../core/backlog/state.ts';
import { backlogView } from '../../core/backlog/view.ts';
import type { Folded } from '../../core/fold.ts';
import { backlogStream } from '../../core/stream.ts';
import type { AskedCommand } from '../../core/trigger.ts';
import type { Intake } from '../dependencies.ts';
import { loadFolded } from '../handle.ts';
import { asBacklog } from '../streams.ts';
import { actorOf, hasFollowed, personOf } from './intake.ts';
import type { CommandResult } from './reply.ts';

/** The backlog that is shown on this issue, as it stands; `absent` where there was none. */
export const backlogOf = async (
  { log }: Pick<Intake, 'log'>,
  repository: Repository,
  tracking: number,
): Promise<Folded<BacklogState>> =>
  asBacklog(await loadFolded(log, backlogStream(repository.id, tracking)));

/** `null`: there is no backlog here that it could be about. */
export async function onBacklog(intake: Intake, call: AskedCommand): Promise<CommandResult | null> {
  if (call.isPull) return null;
  const { repository, issue, command } = call;
  const stream = backlogStream(repository.id, issue);
  const folded = await backlogOf(intake, repository, issue);
  if (!isOpen(folded.state)) return null;
  if (command.name === 'status') {
    const { status, items, stuckOn } = backlogView(stream.id, folded);
    const lines = items.map(
      ({ id, status, phase, waitsFor }) =>
        `${id}: ${status}${phase ? ` (${phase})` : ''}${waitsFor.length > 0 ? `, needs ${waitsFor.join(', ')}` : ''}`,
    );
    const waits = stuckOn.length > 0 ? `, waits for people about ${stuckOn.join(', ')}` : '';
    return { code: 'status', task: `backlog/${stream.id}`, status: `${status}${waits}`, lines };
  }
  const asked = commandOf(folded.state, call);
  if (!asked) return null;
  const added = STEERED[asked.type];
  if (added && (await hasFollowed(intake, stream, added))) return 'it is done already';
  const by = personOf(call.by);
  const handled = await intake.handle({
    stream,
    command: asked,
    actor: actorOf(by),
    correlation: { delivery: intake.delivery },
  });
  if (handled.ok) return `${command.name} for the backlog ${stream.id}`;
  if (await hasFollowed(intake, stream)) return 'it is done already';
  const { message, tell } = handled.refusal;
  return tell ? { code: 'refused', command: command.name, reasons: [message] } : message;
}

/** What changes something anew each time that it is done, and the event by which it is seen to be done. */
const STEERED: Readonly<Record<string, string | undefined>> = {
  pause: 'backlog.paused',
  resume: 'backlog.resumed',
  retry: 'item.retried',
};

function commandOf(
  { status, created }: BacklogState,
  { command, by: caller }: AskedCommand,
): BacklogCommand | null {
  const by = steererOf(caller);
  const word = command.text.trim().split(/\s/, 1)[0] ?? '';
  const item = word.replace(/^#/, '') || null;
  switch (command.name) {
    case 'approve': {
      const { digest = '' } = created ?? {};
      const isIt = word === '' || digest.replace('sha256:', '').startsWith(word.toLowerCase());
      return status === 'proposed' && isIt
        ? { type: 'accept', by: personOf(caller), digest }
        : null;
    }
    case 'deny':
      return status === 'proposed' ? { type: 'cancel', by, item: null } : null;
    case 'pause':
    case 'resume':
      return { type: command.name, by };
    case 'retry':
    case 'cancel':
      return { type: command.name, by, item };
    default:
      return null;
  }
}
