/** One of a repository's own commands, played on a repository of the user's: no model is needed. */

import { execa } from 'execa';
import { stringify } from 'yaml';
import { loadFolded } from '../../src/engine/handle.ts';
import { type Environment, person } from './environment.ts';
import { chapter, follow, note } from './timeline.ts';
import { until } from './until.ts';
import { viewTask } from './watch.ts';

export type Commands = Partial<Record<'install' | 'lint' | 'test', string>>;

/** The name and branch of a git repository; throws with what to do where it is none. */
export async function inspectRepository(path: string): Promise<{ name: string; branch: string }> {
  const git = (...args: string[]) => execa('git', ['-C', path, ...args], { reject: false });
  const top = await git('rev-parse', '--show-toplevel');
  if (top.exitCode !== 0)
    throw new Error(`--repo ${path} is not a git repository: name the folder of a clone`);
  const head = await git('symbolic-ref', '--short', 'HEAD');
  const commit = await git('rev-parse', '--verify', 'HEAD');
  if (commit.exitCode !== 0) throw new Error(`--repo ${path} has no commit yet`);
  if (head.exitCode !== 0)
    throw new Error(`--repo ${path} has no branch checked out: run \`git switch -c demo\` there`);
  const name = top.stdout.split('/').at(-1) ?? 'repository';
  return { name: name.replace(/[^\w.-]/g, '-'), branch: head.stdout };
}

export async function repoWalk(
  environment: Environment,
  command: 'lint' | 'test',
  given: Commands,
): Promise<{ task: string; timings: Record<string, number> }> {
  const { github, users, at, gatehouse, repository } = environment;
  const mona = person(github, users.mona, at);
  const rey = person(github, users.rey, at);
  const overridden = Object.entries(given).filter(([, text]) => text !== undefined);
  if (overridden.length > 0) {
    const commands = Object.fromEntries(
      overridden.map(([name, text]) => [name, words(text ?? '')]),
    );
    await github.push(repository, {
      branch: repository.defaultBranch,
      changes: { '.github/gatehouse.yml': stringify({ commands }) },
      message: 'Say which commands Gatehouse may run',
      author: users.mona,
    });
  }
  const began = Date.now();
  chapter(`Mona labels an issue agent:${command}`);
  const issue = await mona.open(`Run the ${command} command`, 'As the repository has it.');
  await mona.label(issue.number, `agent:${command}`);
  const row = await until('a task', async () => {
    const [found] = await gatehouse.parts.tasks.list({ limit: 1 });
    if (found) return found;
    const comments = await mona.get(`/issues/${issue.number}/comments`);
    if (comments.length > 0) throw new Error(comments[0].body);
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

/** The end of what the last run printed: why it is red. */
async function showOutput({ gatehouse }: Environment, task: string): Promise<void> {
  const { artifacts } = gatehouse.parts;
  const left = await artifacts.list(task);
  const run = (await viewTask({ gatehouse } as Environment, task)).runs.findLast(
    r => r.state === 'failure',
  )?.run;
  for (const name of ['stdout.log', 'stderr.log']) {
    const found = left.find(artifact => artifact.run === run && artifact.name === name);
    if (!found) continue;
    const text = (await artifacts.get(found.digest)).toString('utf8').trimEnd().split('\n');
    for (const line of text.slice(-25)) note(line);
  }
}

/** A command as people type it, as argv; quotes keep words together. */
function words(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
}
