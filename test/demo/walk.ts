/** The main job, from the label to the merge, with everybody who has a part in it. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadFolded } from '../../src/engine/handle.ts';
import { startCi } from './ci.ts';
import { type Environment, person } from './environment.ts';
import { chapter, follow, note } from './timeline.ts';
import { until } from './until.ts';
import { viewTask } from './watch.ts';

export type Walked = { task: string; timings: Record<string, number> };

export async function walk(environment: Environment, mayTakeMs: number): Promise<Walked> {
  const { github, users, at, gatehouse, repository } = environment;
  const mona = person(github, users.mona, at);
  const rey = person(github, users.rey, at);
  const otto = person(github, users.otto, at);
  const began = Date.now();
  const timings: Record<string, number> = {};
  const lap = (name: string) => {
    timings[name] = Date.now() - began;
  };

  github.protectBranch(repository, 'main', {
    requiredReviews: 1,
    requiredChecks: [{ context: 'gatehouse', appId: environment.app.id }, { context: 'docs' }],
  });

  const ci = startCi(environment);

  await chapter('1. Otto, who has no role in the repository, reports a bug');
  const report = await readFile(join(import.meta.dirname, 'issue.md'), 'utf8');
  const [title = '', ...body] = report.replace(/^# /, '').split('\n');
  const issue = await otto.open(title, body.join('\n').trim());
  note(`${github.url}/${repository.fullName}/issues/${issue.number}`);

  await chapter('2. Mona, a maintainer, labels it agent:fix');
  const labelled = Date.now();
  await mona.label(issue.number, 'agent:fix');
  await until('👀 on the issue', async () => {
    const reactions = await mona.get(`/issues/${issue.number}/reactions`);
    return reactions.some((reaction: { content: string }) => reaction.content === 'eyes');
  });
  timings.acknowledged = Date.now() - labelled;
  note(`👀 after ${timings.acknowledged} ms`);
  const row = await until(
    'a task',
    async () => (await gatehouse.parts.tasks.list({ limit: 1 }))[0],
  );
  const task = row.id;
  const timeline = follow(gatehouse.parts.log, task, began);
  const view = () => viewTask(environment, task);
  const waiting = (head?: string) =>
    until(
      'a request for approval',
      async () => {
        const { approval, pull, status, reason } = await view();
        if (status !== 'active' && status !== 'proposed')
          throw new Error(`the task ended: ${status}, ${reason}`);
        const asked = approval?.status === 'requested' && approval.head === pull?.head;
        return asked && pull.head !== head && (await checkSays(pull.head)) === 'action_required'
          ? pull
          : null;
      },
      mayTakeMs,
    );
  const checkSays = async (head: string) => {
    const { check_runs } = await mona.get(`/commits/${head}/check-runs?check_name=gatehouse`);
    return check_runs[0]?.conclusion ?? null;
  };

  const first = await waiting();
  lap('waiting');
  await chapter('3. Mona approves; but she asked for the work herself');
  await ci.begin(first.head);
  await mona.approve(first.number);
  await until('the refusal', async () => {
    const comments = await mona.get(`/issues/${first.number}/comments`);
    return comments.some((comment: { body: string }) =>
      /nobody approves their own work/.test(comment.body),
    );
  });

  await chapter('4. Rey approves; the check turns green, and the merge waits for CI');
  await rey.approve(first.number);
  await until('a green check', async () => (await checkSays(first.head)) === 'success');
  await until('the merge to wait', async () => /\S/.test((await view()).reason));
  lap('approved');

  await chapter('5. Mona wants one thing more: /agent fix rename the option as well');
  await mona.comment(first.number, '/agent fix rename the option as well');
  const second = await waiting(first.head);
  lap('reworked');

  await chapter("6. The repository's CI fails on the new head; the remediator is given its log");
  await ci.begin(second.head);
  const failed = await ci.finish(second.head);
  if (failed !== 'failure') throw new Error('the docs check was to fail here');
  const third = await waiting(second.head);
  lap('remediated');

  await chapter('7. CI is green, and Rey approves the final head');
  const passed = await ci.finish(third.head);
  if (passed !== 'success') throw new Error('the docs check was to pass here');
  await rey.approve(third.number);
  await until('the merge', async () => (await view()).status === 'success');
  lap('merged');
  await until('the branch to be gone', async () => {
    const answer = await github
      .as(users.mona)
      .request('GET', `${at}/branches/${encodeURIComponent(row.branch)}`);
    return answer.status === 404;
  });
  await until(
    'the issue to be closed',
    async () => (await mona.get(`/issues/${issue.number}`)).state === 'closed',
  );
  await until('no effect to be open', async () => (await openEffects(environment, task)) === 0);
  await timeline.stop();
  return { task, timings };
}

async function openEffects({ gatehouse }: Environment, task: string): Promise<number> {
  return (await loadFolded(gatehouse.parts.log, { kind: 'task', id: task })).open.length;
}
