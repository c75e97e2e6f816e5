/** Commands on the issue of a backlog: to start it, to steer it, to ask how it stands. */
import { type Repository, steererOf } from '../../../core/actor.ts';
import type { BacklogCommand } from '../../../core/backlog/decider.ts';
import { type BacklogState, createdOf, isOpen } from '../../../core/backlog/state.ts';
import { backlogView } from '../../../core/backlog/view.ts';
import type { CommandName } from '../../../core/commands/commands.ts';
import type { Folded } from '../../../core/fold.ts';
import type { SingleReply } from '../../../core/reply.ts';
import { backlogStream } from '../../../core/stream.ts';
import type { AskedCommand } from '../../../core/trigger.ts';
import type { Intake } from '../../dependencies.ts';
import { loadFolded } from '../../handle.ts';
import { asBacklog } from '../../streams.ts';
import { actorOf, hasFollowed, lastTask, personOf } from '../intake.ts';
import type { CommandResult } from '../reply.ts';
import { denialIn } from './denial.ts';

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
  if (folded.state.status === 'absent') return null;
  if (!isOpen(folded.state) && (await isOfTask(intake, call, folded.state))) return null;
  if (command.name === 'status') return statusOf(stream.id, folded);
  const asked = isOpen(folded.state) ? commandOf(folded.state, call) : overFor(command.name);
  if (asked === null) return null;
  if ('because' in asked) {
    // What was answered here may have been about a task that is at work on the issue.
    if ((await lastTask(intake, call))?.open) return null;
    if (await hasFollowed(intake, stream)) return 'it is done already';
    return { code: 'refused', command: command.name, reasons: [asked.because] };
  }
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

type BacklogNo = { because: string };

const ENDED: BacklogNo = { because: 'The backlog has ended: `/agent play` begins it anew.' };

/** What an ended backlog says; null: it is no matter of a backlog. */
const overFor = (name: CommandName): BacklogNo | null => (STEERS.has(name) ? ENDED : null);

const STEERS: ReadonlySet<CommandName> = new Set<CommandName>([
  'approve',
  'deny',
  'revoke',
  'pause',
  'resume',
  'retry',
  'cancel',
]);

/** Whether a task was made on the issue after its backlog ended, or is at work there. */
async function isOfTask(
  intake: Intake,
  call: AskedCommand,
  { endedAt }: BacklogState,
): Promise<boolean> {
  const last = await lastTask(intake, call);
  return last !== undefined && (last.open || last.createdAt > (endedAt ?? ''));
}

function statusOf(id: string, folded: Folded<BacklogState>): SingleReply {
  const { status, items, stuckOn } = backlogView(id, folded);
  const lines = items.map(
    ({ id, status, phase, waitsFor }) =>
      `${id}: ${status}${phase ? ` (${phase})` : ''}${waitsFor.length > 0 ? `, needs ${waitsFor.join(', ')}` : ''}`,
  );
  const waits = stuckOn.length > 0 ? `, waits for people about ${stuckOn.join(', ')}` : '';
  return { code: 'status', task: `backlog/${id}`, status: `${status}${waits}`, lines };
}

function commandOf(
  state: BacklogState,
  { command, by: caller }: AskedCommand,
): BacklogCommand | BacklogNo | null {
  const by = steererOf(caller);
  const word = command.text.trim().split(/\s/, 1)[0] ?? '';
  const item = word.replace(/^#/, '') || null;
  switch (command.name) {
    case 'approve': {
      const { digest } = createdOf(state);
      const other = answered(state) ?? planOther(digest, word);
      return other ?? { type: 'accept', by: personOf(caller), digest };
    }
    case 'deny': {
      const { names, reason } = denialIn(command.text);
      const other = answered(state) ?? planOther(createdOf(state).digest, names);
      return other ?? { type: 'cancel', by, item: null, reason: reason.slice(0, REASON_CHARS) };
    }
    case 'revoke':
      return state.status === 'proposed'
        ? { because: 'Nobody has approved the plan yet: `/agent deny` drops it.' }
        : { because: GIVES_UP };
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

const REASON_CHARS = 1_000;

const GIVES_UP =
  'What was begun is not taken back: `/agent pause` lets nothing else begin, and `/agent cancel` gives up all that is not done.';

const answered = ({ status }: BacklogState): BacklogNo | null =>
  status === 'proposed'
    ? null
    : {
        because:
          'Nobody is asked about the plan any more. `/agent status` says how it stands, and `/agent cancel` gives up all that is not done.',
      };

/** `names`: the beginning of the digest that is meant, or empty. */
function planOther(digest: string, names: string): BacklogNo | null {
  const hash = digest.replace('sha256:', '');
  if (hash.startsWith(names.toLowerCase())) return null;
  return {
    because: `The plan here is ${hash.slice(0, 12)}, and not ${names.slice(0, 100)}: look at it, and answer that.`,
  };
}
