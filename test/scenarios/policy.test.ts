/** A repository's own rules, from a pull request that changes them to the work that they hold. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../demo/until.ts';
import { FILES, type Play, startPlay } from './play.ts';

let play: Play;
beforeAll(async () => {
  play = await startPlay({ GATEHOUSE_SIMULATION: join(import.meta.dirname, 'scripts') });
});
afterAll(() => play.end());

type Scene = Awaited<ReturnType<Play['scene']>>;

/** Somebody proposes these files. */
async function propose(scene: Scene, files: Record<string, string>) {
  const branch = `rules-${Math.floor(performance.now())}`;
  const author = play.people.rey;
  const sha = await play.github.push(scene.repository, {
    branch,
    changes: files,
    message: 'Change the rules',
    author,
  });
  const answer = await play.github
    .as(author)
    .request('POST', `${scene.at}/pulls`, { title: 'Rules', head: branch, base: 'main' });
  return { number: (answer.data as { number: number }).number, sha };
}

const policyCheck = (scene: Scene, sha: string) =>
  until('the check run gatehouse/policy', async () => {
    const { check_runs } = await scene.mona.get(
      `/commits/${sha}/check-runs?check_name=gatehouse%2Fpolicy`,
    );
    return check_runs[0] ?? null;
  });

const FROZEN = `@id("frozen")
@reason("sum.js is frozen until the release.")
@approvers("a maintainer of the repository")
forbid (principal, action == Action::"file.write", resource == Path::"sum.js")
when { context.gate == "merge" }
unless { context.approvals.maintainers >= 1 };
`;

it('says on the pull request which past decisions would flip, and holds the next work once merged', async () => {
  const scene = await play.scene();
  const first = await scene.mona.open('It subtracts', 'Two and two is four.');
  await scene.mona.label(first.number, 'agent:fix');
  await scene.when('the end', view => view.status === 'success');

  const { number, sha } = await propose(scene, { '.github/gatehouse.cedar': FROZEN });
  const check = await policyCheck(scene, sha);
  expect(check).toMatchObject({ conclusion: 'neutral', app: { slug: 'gatehouse' } });
  expect(check.output.title).toMatch(/^Valid, [1-9]\d* past decisions? would flip$/);
  expect(check.output.text).toContain('allow → require_approval');
  const annotations = await scene.mona.get(`/check-runs/${check.id}/annotations`);
  expect(annotations[0]).toMatchObject({ path: '.github/gatehouse.cedar', start_line: 1 });

  await scene.mona.approve(number);
  await play.github.as(play.people.rey).request('PUT', `${scene.at}/pulls/${number}/merge`, {});
  await play.github.push(scene.repository, {
    branch: 'main',
    changes: { 'sum.js': FILES['sum.js'] ?? '' },
    message: 'Break it again',
    author: play.people.mona,
  });
  const second = await scene.mona.open('It subtracts again', 'Two and two is four.');
  await scene.mona.label(second.number, 'agent:fix');
  const view = await scene.when(
    'the request',
    view => view.issue === second.number && view.approval?.status === 'requested',
  );
  expect(view.approval?.reasons[0]).toMatch(/sum\.js is frozen until the release/);
  expect(view.decisions.at(-1)?.policies).toContain('repository:frozen');
});

it('names the place of a fault, and starts nothing while the default branch has one', async () => {
  const scene = await play.scene();
  const faulty = { '.github/gatehouse.yml': 'commands:\n  test: [node, test.js]\nlimit: 3\n' };
  const { sha } = await propose(scene, faulty);
  const check = await policyCheck(scene, sha);
  expect(check.conclusion).toBe('failure');
  expect(await scene.mona.get(`/check-runs/${check.id}/annotations`)).toMatchObject([
    { path: '.github/gatehouse.yml', start_line: 3, annotation_level: 'failure' },
  ]);
  await play.github.push(scene.repository, {
    branch: 'main',
    changes: faulty,
    message: 'All the same',
    author: play.people.mona,
  });
  const issue = await scene.mona.open('It subtracts', '');
  await scene.mona.label(issue.number, 'agent:fix');
  expect(await scene.said(issue.number, /gatehouse\.yml/)).toMatch(/line 3.*limit.*limits/s);
});
