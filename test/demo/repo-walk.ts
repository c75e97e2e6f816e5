/** One of a repository's own commands, played on a repository of the user's: no model is needed. */

import { stringify } from 'yaml';
import { loadFolded } from '../../src/engine/handle.ts';
import { failedCommand } from '../../src/engine/perform/failed-command.ts';
import { type Environment, person } from './environment.ts';
import type { GivenCommands, RepositoryCommand } from './options.ts';
import { chapter, follow, note } from './timeline.ts';
import { until } from './until.ts';
import { viewTask } from './watch.ts';

export async function repoWalk(
  environment: Environment,
  command: RepositoryCommand,
  given: GivenCommands,
): Promise<{ task: string; timings: Record<string, number> }> {
  const { github, users, at, gatehouse, repository } = environment;
  const mona = person(github, users.mona, at);
  const rey = person(github, users.rey, at);
  const commands = Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, words(text)]),
  );
  if (Object.keys(commands).length > 0) {
    await github.push(repository, {
      branch: repository.defaultBranch,
      changes: { '.github/gatehouse.yml': stringify({ commands }) },
      message: 'Say which commands Gatehouse may run',
      author: users.mona,
    });
  }
  const began = Date.now();
  await chapter(`Mona labels an issue agent:${command}`);
  const issue = await mona.open(`Run the ${command} command`, 'As the repository has it.');
  await mona.label(issue.number, `agent:${command}`);
  const row = await until('a task', async () => {
    const [found] = await gatehouse.parts.tasks.list({ limit: 1 });
    if (found) return found;
    const comments = await mona.get(`/issues/${issue.number}/comments`);
    if (comments.length > 0) throw new Error(withoutMarkers(comments[0].body));
    return null;
  });
  const timeline = follow(gatehouse.parts.log, row.id, began);
  let approved = '';
  const ended = await until(
    'the end of the task',
    async () => {
      const view = await viewTask(environment, row.id);
      if (view.status !== 'active' && view.status !== 'proposed') return view;
      const { approval, pull } = view;
      if (
        pull &&
        approval?.status === 'requested' &&
        approval.head === pull.head &&
        approved !== pull.head
      ) {
        approved = pull.head;
        await rey.approve(pull.number);
      }
      return null;
    },
    30 * 60_000,
  );
  await until('no effect to be open', async () => {
    const { open } = await loadFolded(gatehouse.parts.log, { kind: 'task', id: row.id });
    return open.length === 0;
  });
  await timeline.stop();
  if (ended.status !== 'success') await showOutput(environment, row.id);
  return { task: row.id, timings: { ended: Date.now() - began } };
}

/** The end of what the failed command printed: why it is red. */
async function showOutput(environment: Environment, task: string): Promise<void> {
  const view = await viewTask(environment, task);
  const failed = await failedCommand(environment.gatehouse.parts, view);
  if (failed === null) return;
  await chapter(`What ${failed.name} printed last`);
  note(failed.tail.split('\n').slice(-25).join('\n'));
}

/** A comment of ours as people see it. */
const withoutMarkers = (body: string): string => body.replaceAll(/<!--.*?-->/g, '').trim();

/** A command as people type it, as argv; quotes keep words together. */
function words(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
}
