/**
 * What is due on a schedule is started: once for each time, not while the last one is open, and after
 * downtime once, however many times passed. The key of the task is the time that was due, so two processes
 * make the same one.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Repository } from '../../core/actor.ts';
import { startable } from '../../core/commands/commands.ts';
import { nextTime } from '../../core/repository-config/schedule.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { createFrom } from '../intake/create/create-task.ts';
import { refusalWords } from '../intake/create/refusal-words.ts';
import { readRules } from '../intake/rules/repository-config.ts';
import { GitHubFailure, NotInstalled } from '../ports/github.ts';
import type { ScheduledWork } from '../ports/schedules.ts';
import { WorkspaceRefused } from '../ports/workspace.ts';
import type { Poll } from '../reconcile/leader-lease.ts';
import { keepSchedules } from './keep.ts';

/** In one poll; the rest is due in the next one. */
const AT_ONCE = 50;
/** What could not be run is tried again when it has been due twice as long, within these. Milliseconds. */
const SOONEST_MS = 15_000;
const LATEST_MS = 600_000;
/** Where no time comes any more, nothing is looked for sooner than this. Milliseconds. */
const YEAR_MS = 366 * 86_400_000;

export function runDueSchedules(deps: WorkerDependencies): Poll {
  const { schedules, logger } = deps;
  return async signal => {
    const all = await schedules.due(AT_ONCE);
    for (const due of all) {
      signal.throwIfAborted();
      const { repository, name, schedule } = due;
      const about = { repository: `${repository.owner}/${repository.name}`, schedule: name };
      try {
        const note = await run(deps, due);
        const now = await deps.now();
        const nextAt = nextTime(schedule, now) ?? new Date(now.getTime() + YEAR_MS);
        await schedules.settle(due, { nextAt, note });
        logger.info({ ...about, note }, 'a schedule was due');
      } catch (error) {
        logger.warn({ err: error, ...about }, 'a schedule could not be run');
        await schedules.putOff(due, later(due, await deps.now()));
      }
    }
    return all.length;
  };
}

/** A passing failure is soon tried again, and whatever fails for long leaves room for the others. */
function later({ nextAt }: ScheduledWork, now: Date): Date {
  const overdueMs = now.getTime() - nextAt.getTime();
  const waitMs = Math.min(Math.max(overdueMs, SOONEST_MS), LATEST_MS);
  return new Date(now.getTime() + waitMs);
}

/** What came of it, in words. */
async function run(deps: WorkerDependencies, due: ScheduledWork): Promise<string> {
  const { name, nextAt, schedule } = due;
  try {
    const repository = await found(deps, due);
    if (typeof repository === 'string') return repository;
    const command = startable(schedule.command);
    if (command === null) return `${schedule.command} is no command that starts work`;
    const created = await createFrom(deps, {
      repository,
      origin: { kind: 'schedule', name },
      requester: { kind: 'repository' },
      command: {
        name: command.name,
        text: schedule.text,
        ...(schedule.base === undefined ? {} : { base: schedule.base }),
      },
      graph: command.graph,
      about: null,
      goal: { title: schedule.title ?? `The schedule ${name}`, body: '' },
      taint: [],
      planned: null,
      runs: null,
      target: null,
      label: null,
      key: `schedule ${repository.id} ${name} ${nextAt.toISOString()}`,
      delivery: null,
    });
    if (created.outcome !== 'refused') return `started task ${created.task}`;
    const { answer } = created;
    return answer.code === 'busy'
      ? `skipped: the task ${answer.task} of the last time is open`
      : `refused: ${refusalWords(answer).join(' ')}`;
  } catch (error) {
    // Repeating it soon changes nothing: it is tried when it is due next.
    if (error instanceof GitHubFailure && (error.lasting || error instanceof NotInstalled))
      return `refused: ${error.message}`;
    if (error instanceof WorkspaceRefused) return `refused: ${error.message}`;
    throw error;
  }
}

/** Where the default branch has it as it was; or why it does not run, in words. */
async function found(
  deps: WorkerDependencies,
  { repository, name, schedule }: ScheduledWork,
): Promise<Repository | string> {
  const home = await deps.github.facts.defaultBranch(repository);
  const rules = await readRules(deps, repository, home.sha);
  if (!rules.ok) return `refused: ${rules.path}: ${rules.faults.join('; ')}`;
  if (isDeepStrictEqual(rules.schedules[name], schedule))
    return { ...repository, owner: home.owner, name: home.name };
  await keepSchedules(deps, repository, rules.schedules);
  return 'the default branch has another one, or none';
}
