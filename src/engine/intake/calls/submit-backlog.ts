/** Somebody at a shell has a backlog worked: it reports on an issue that it names, or on a new one of ours. */
import type { BacklogFile } from '../../../core/backlog/file.ts';
import { planOf } from '../../../core/backlog/file.ts';
import { backlogStream } from '../../../core/stream.ts';
import { canonical, digestOf } from '../../chain.ts';
import type { WorkerDependencies } from '../../dependencies.ts';
import { taintOfCaller } from '../callers/taint.ts';
import type { TaskCaller } from '../callers/task-caller.ts';
import { hasFollowed } from '../intake.ts';
import { backlogHooksFor } from '../rules/hooks.ts';
import { idleInBacklog } from '../rules/idle-roles.ts';
import { readRules } from '../rules/repository-config.ts';

export type SubmittedBacklog =
  | {
      outcome: 'created' | 'repeated';
      /** The id of its stream. */
      backlog: string;
      tracking: number;
      /** Whether a person has to say yes to its plan, on that issue. */
      asks: boolean;
    }
  | { outcome: 'refused'; pointer: string; reasons: string[] };

const refused = (pointer: string, ...reasons: string[]): SubmittedBacklog => ({
  outcome: 'refused',
  pointer,
  reasons,
});

/** `key`: the same for the same backlog, however often it is submitted. */
export async function submitBacklog(
  deps: WorkerDependencies,
  file: BacklogFile,
  { caller, key }: { caller: Pick<TaskCaller, 'requester' | 'trusted'>; key: string },
): Promise<SubmittedBacklog> {
  const { github } = deps;
  const [owner = '', name = ''] = (file.repository ?? '').split('/');
  if (name === '') return refused('/repository', 'names the repository, as owner/name');
  const repository = await github.record.findRepository(owner, name);
  if (repository === null)
    return refused(
      '/repository',
      `The App is not installed on ${owner}/${name}: install it there, and submit again.`,
    );
  const home = await github.facts.defaultBranch(repository);
  if (home.archived) return refused('/repository', 'The repository is archived: unarchive it.');
  const rules = await readRules(deps, repository, home.sha);
  if (!rules.ok) return refused('', ...rules.faults.map(fault => `${rules.path}: ${fault}`));
  const plan = planOf(file);
  const idle = idleInBacklog(rules, plan);
  if (idle) return refused('', ...idle.faults.map(fault => `${idle.path}: ${fault}`));
  const digest = digestOf(canonical(plan));
  const asks = rules.config.backlogs?.confirm ?? true;
  if (file.tracking !== undefined) {
    const { state, locked, isPull } = await github.facts.issue(repository, file.tracking);
    if (isPull) return refused('/tracking', `#${file.tracking} is a pull request, and no issue.`);
    if (state === 'closed' || locked)
      return refused(
        '/tracking',
        `#${file.tracking} is closed or locked: open it, and submit again.`,
      );
  }
  const { title } = plan;
  const tracking =
    file.tracking ??
    (await github.writes.openTracking(repository, { title, items: plan.items.length, key })).number;
  const stream = backlogStream(repository.id, tracking);
  const told = { backlog: stream.id, tracking, asks };
  if (await hasFollowed({ log: deps.log, delivery: key }, stream))
    return { outcome: 'repeated', ...told };
  const { requester } = caller;
  const source = { kind: 'submitted' as const };
  const taint = taintOfCaller(caller);
  const hooks = backlogHooksFor(deps, repository, rules.config);
  const handled = await deps.handle({
    stream,
    command: {
      type: 'create',
      data: { repository, requester, source, tracking, plan, digest, asks, taint, ...hooks },
    },
    actor: requester,
    correlation: { delivery: key },
  });
  return handled.ok
    ? { outcome: 'created', ...told }
    : refused('/tracking', handled.refusal.message);
}
