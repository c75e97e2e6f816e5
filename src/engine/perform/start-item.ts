/** An item of a backlog becomes a task, once for each attempt, however often this is done. */
import type { BacklogCommand } from '../../core/backlog/decider.ts';
import type { BacklogItem } from '../../core/backlog/plan.ts';
import { createdOf } from '../../core/backlog/state.ts';
import { startable } from '../../core/commands/commands.ts';
import { loadFolded } from '../handle.ts';
import { createFrom, type TaskOrder } from '../intake/create/create-task.ts';
import { refusalWords } from '../intake/create/refusal-words.ts';
import { asBacklog } from '../streams.ts';
import type { StreamEffect } from '../task-context.ts';

export async function startItem(context: StreamEffect<'start_item'>): Promise<BacklogCommand> {
  const { deps, stream, effect, guard } = context;
  const { attempt, key } = effect;
  const { state } = asBacklog(await loadFolded(deps.log, stream));
  const { repository, requester, tracking, taint = [] } = createdOf(state);
  const item = state.items.find(({ id }) => id === effect.item);
  const refused = (reason: string): BacklogCommand => ({
    type: 'item_refused',
    item: effect.item,
    attempt,
    reason,
  });
  const command = item && startable(item.command);
  if (!item || !command) return refused(`Nothing is started by "${item?.command}".`);
  const issue = item.issue === null ? null : await deps.github.facts.issue(repository, item.issue);
  if (issue?.isPull) return refused(`#${issue.number} is a pull request, and no issue.`);
  await guard.check();
  // One that was canceled meanwhile is made all the same: it may have been made before, and is stopped.
  const order: TaskOrder = {
    repository,
    origin: { kind: 'backlog', backlog: stream.id, item: item.id, tracking },
    requester,
    command: { name: command.name, text: '', ...(item.base === null ? {} : { base: item.base }) },
    graph: command.graph,
    about: issue && { issue, isPull: false },
    goal: issue
      ? { title: issue.title, body: goalBody({ ...item, body: issue.body }) }
      : { title: item.title, body: goalBody(item) },
    taint,
    planned: null,
    runs: null,
    target: null,
    label: null,
    key: `backlog ${stream.id} ${key}`,
    delivery: null,
  };
  const created = await createFrom(deps, order);
  return created.outcome === 'refused'
    ? refused(refusalWords(created.answer).join(' '))
    : { type: 'item_started', item: item.id, attempt, task: created.task };
}

function goalBody({ body, acceptance }: Pick<BacklogItem, 'body' | 'acceptance'>): string {
  if (acceptance.length === 0) return body;
  const criteria = acceptance.map(line => `- ${line}`);
  return [...(body ? [body, ''] : []), 'It is done when all of this holds:', '', ...criteria].join(
    '\n',
  );
}
