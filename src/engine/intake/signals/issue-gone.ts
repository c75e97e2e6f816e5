/** An issue is gone, and what works on it stops; or it is locked for a while, and that pauses as long. */
import { type Account, type Repository, steererOf } from '../../../core/actor.ts';
import type { BacklogCommand } from '../../../core/backlog/decider.ts';
import { isOpen } from '../../../core/backlog/state.ts';
import { backlogStream, type StreamRef, taskStream } from '../../../core/stream.ts';
import type { Intake } from '../../dependencies.ts';
import type { Handled } from '../../handle.ts';
import { backlogOf } from '../commands/backlog.ts';
import { GITHUB, sendToTask } from '../intake.ts';

type Gone = {
  repository: Repository;
  issue: number;
  action: 'closed' | 'deleted' | 'transferred' | 'locked' | 'unlocked';
  by: Account;
};
type Place = Pick<Gone, 'repository' | 'issue'>;

export async function onIssueGone(intake: Intake, gone: Gone): Promise<string> {
  const { repository, issue, action, by } = gone;
  switch (action) {
    // A merge closes the issue: the task ends by the merge.
    case 'closed':
      return 'nothing to stop';
    case 'locked':
    case 'unlocked':
      return hold(intake, gone);
    case 'deleted':
      return stopWork(intake, repository, issue, { by, because: 'Its issue was deleted.' });
    case 'transferred': {
      const because = 'Its issue was transferred to another repository.';
      return stopWork(intake, repository, issue, { by, because });
    }
  }
}

/** Whatever works on this issue or pull request is canceled. `because`: a sentence. */
export async function stopWork(
  intake: Intake,
  repository: Repository,
  issue: number,
  { by: account, because }: { by: Account; because: string },
): Promise<string> {
  const by = steererOf(account);
  const place = { repository, issue };
  const task = await openTask(intake, place);
  const target = { kind: 'issue' as const, number: issue };
  const stopped = [
    task !== undefined &&
      (await sendToTask(intake, task, { type: 'cancel', by, target, because }, null)),
    await sendToBacklog(intake, place, { type: 'cancel', by, item: null }),
  ];
  return noteOf('canceled', stopped) || 'nothing to stop';
}

/**
 * Nobody can answer on what is locked. A pause that somebody asked for outlives the lock. What GitHub tells of
 * may come late, and out of order: whether it is locked is asked.
 */
async function hold(intake: Intake, gone: Gone): Promise<string> {
  const { repository, issue } = gone;
  const task = await openTask(intake, gone);
  if (task === undefined && !isOpen((await backlogOf(intake, repository, issue)).state))
    return 'nothing to hold';
  const { locked } = await intake.github.facts.issue(repository, issue);
  const type = locked ? 'pause' : 'resume';
  const by = steererOf(gone.by);
  const mayHold = async (stream: StreamRef) =>
    type === 'pause' || (await isPausedByLock(intake, stream));
  const held = [
    task !== undefined &&
      (await mayHold(taskStream(task))) &&
      (await sendToTask(intake, task, { type, by, target: null }, null)),
    (await mayHold(backlogStream(repository.id, issue))) &&
      (await sendToBacklog(intake, gone, { type, by })),
  ];
  return noteOf(type, held) || 'nothing to hold';
}

const openTask = async ({ tasks }: Intake, { repository, issue }: Place) =>
  (await tasks.list({ repositoryId: repository.id, issue, open: true }))[0]?.id;

/** To the backlog that is open on the issue; null where none is. */
async function sendToBacklog(
  intake: Intake,
  { repository, issue }: Place,
  command: BacklogCommand,
): Promise<Handled | null> {
  const { state } = await backlogOf(intake, repository, issue);
  if (!isOpen(state)) return null;
  const stream = backlogStream(repository.id, issue);
  const correlation = { delivery: intake.delivery };
  return intake.handle({ stream, command, actor: GITHUB, correlation });
}

const noteOf = (done: string, all: (Handled | false | null | undefined)[]): string =>
  all.flatMap(handled => (handled ? [handled.ok ? done : handled.refusal.message] : [])).join('; ');

/** What people ask for is theirs in the log; what a lock causes is GitHub's. */
async function isPausedByLock({ log }: Intake, stream: StreamRef): Promise<boolean> {
  let isByLock = false;
  for await (const { type, actor } of log.read(stream))
    if (type === 'task.paused' || type === 'backlog.paused') isByLock = actor.kind === 'github';
  return isByLock;
}
