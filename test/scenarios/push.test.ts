/** What takes an approval before it is pushed: asked and answered on the issue, once. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Play, startPlay } from './play.ts';
import { profilesWith } from './profiles.ts';

let play: Play;
let profiles: Awaited<ReturnType<typeof profilesWith>>;
beforeAll(async () => {
  profiles = await profilesWith('author', { trust: 'T1' });
  play = await startPlay({
    GATEHOUSE_SIMULATION: join(import.meta.dirname, 'pushing'),
    GATEHOUSE_AGENTS: profiles.folder,
  });
});
afterAll(async () => {
  await play.end();
  await profiles.remove();
});

it('waits on the issue before it pushes a workflow that strangers led to, and asks once', async () => {
  const scene = await play.scene();
  const { number: issue } = await scene.otto.open('It subtracts', 'And nothing tests it. @mona');
  await scene.mona.label(issue, 'agent:fix');
  const waits = await scene.when('a request', v => v.approval?.status === 'requested');
  expect(waits.approval).toMatchObject({ action: 'branch.push', head: null });
  expect(waits.pull).toBeNull();
  // Nothing is out yet; the work is through with its tests.
  const branches: { name: string }[] = await scene.mona.get('/branches');
  expect(branches.map(({ name }) => name)).toEqual(['main']);
  expect(waits.steps.find(({ id }) => id === 'review')?.status).toBe('done');

  const asked = await scene.said(issue, /Approval is needed/);
  expect(asked).toMatch(/`branch\.push` on `gatehouse\/issue-.*before anything is pushed/);
  expect(asked).toMatch(/- `\.github\/workflows\/ci\.yml`: .+ \(`runs-on-push`\)/);
  expect(asked).toContain('It runs as soon as it is pushed.');
  expect(asked).toContain('A T1 agent read text by people without write access.');
  await scene.labelled(issue, 'gatehouse:waiting-approval');

  await scene.mona.comment(issue, '/agent approve');
  expect(await scene.said(issue, /nobody approves their own work/)).toMatch(/asked for this work/);
  const [, capsule = ''] = /\/agent approve ([0-9a-f]{12})/.exec(asked) ?? [];
  await scene.rey.comment(issue, `/agent approve ${capsule}`);
  const { pull } = await scene.when(
    'a request for the merge',
    ({ approval: next }) => next?.status === 'requested' && next.action === 'pr.merge',
  );
  await scene.labelled(issue, 'gatehouse:waiting-approval');

  await scene.rey.approve(pull?.number ?? 0);
  await scene.when('the end', v => v.status === 'success');
  const requests = (await scene.events('approval.requested')).map(({ data }) => data.action);
  expect(new Set(requests)).toEqual(new Set(['branch.push', 'pr.merge']));
  expect(requests.filter(action => action === 'branch.push')).toHaveLength(1);
  const uses = (await scene.events('approval.used')).map(({ data }) => data.effect);
  expect(uses).toEqual([expect.stringMatching(/^push:/), expect.stringMatching(/^merge:/)]);
  await scene.labelled(issue, null);
});
