/** An issue is gone, and its task stops; or it is locked for a while, and its task pauses as long. */
import { type Account, type Repository, steererOf } from '../../core/actor.ts';
import { taskStream } from '../../core/stream.ts';
import type { Intake } from '../dependencies.ts';
import { sendToTask } from './intake.ts';

type Gone = {
  repository: Repository;
  issue: number;
  action: 'closed' | 'deleted' | 'transferred' | 'locked' | 'unlocked';
  by: Account;
};

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
  { by, because }: { by: Account; because: string },
): Promise<string> {
  const row = await openTask(intake, repository, issue);
  if (!row) return 'nothing to stop';
  const target = { kind: 'issue' as const, number: issue };
  const cancel = { type: 'cancel' as const, by: steererOf(by), target, because };
  const handled = await sendToTask(intake, row.id, cancel, null);
  return handled.ok ? `canceled ${row.id}` : handled.refusal.message;
}

const openTask = async ({ tasks }: Intake, { id }: Repository, issue: number) =>
  (await tasks.list({ repositoryId: id, issue, open: true }))[0];

/** Nobody can answer on what is locked. A pause that somebody asked for outlives the lock. */
async function hold(intake: Intake, { repository, issue, action, by }: Gone): Promise<string> {
  const row = await openTask(intake, repository, issue);
  if (!row) return 'nothing to hold';
  const type = action === 'locked' ? 'pause' : 'resume';
  if (type === 'resume' && !(await isPausedByLock(intake, row.id))) return 'not paused by the lock';
  const handled = await sendToTask(intake, row.id, { type, by: steererOf(by), target: null }, null);
  return handled.ok ? `${type} of ${row.id}` : handled.refusal.message;
}

/**
 * A pause that a person asks for names its place on GitHub, or that it came via the console; one by an
 * operator names no person. What names a person alone was caused by the lock.
 */
async function isPausedByLock({ log }: Intake, task: string): Promise<boolean> {
  let isByLock = false;
  for await (const { type, data, correlation } of log.read(taskStream(task)))
    if (type === 'task.paused')
      isByLock = data.target === null && correlation.via === undefined && isPerson(data.by);
  return isByLock;
}

const isPerson = (by: unknown): boolean =>
  typeof by === 'object' && by !== null && 'kind' in by && by.kind === 'person';
