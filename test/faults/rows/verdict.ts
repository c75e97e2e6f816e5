/** What must be true at the end of each row, on GitHub and in the log. */
import { join } from 'node:path';
import { createDiskArtifacts } from '../../../src/adapters/artifacts/disk.ts';
import { replayStream } from '../../../src/engine/audit/replay.ts';
import { liveAuditSource } from '../../../src/engine/audit-source.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import type { KeptState } from '../../../src/engine/streams.ts';
import { until } from '../../demo/until.ts';
import type { Repository, RowEnvironment } from './environment.ts';

const SETTLE_MS = 120_000;

/** Throws with every difference from a row without a fault. */
export async function judge(
  environment: RowEnvironment,
  repositories: Repository[],
  artifacts: string = join(environment.state, 'artifacts'),
): Promise<void> {
  const wrong = await settled(environment);
  for (const repository of repositories) wrong.push(...(await onGitHub(repository)));
  wrong.push(...(await inTheLog(environment, repositories, artifacts)));
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** Whether no effect, lease of work or delivery is open. */
async function settled(environment: RowEnvironment): Promise<string[]> {
  const { log, leases } = await environment.store();
  let left: unknown;
  const ask = async () => {
    await environment.github.idle();
    const effects: string[] = [];
    // Effects that failed and wait for a retry are open too.
    for await (const stream of log.streams())
      for (const { key } of (await loadFolded(log, stream)).open)
        effects.push(`${stream.id}:${key}`);
    const held = (await leases.held('')).filter(name => !name.startsWith('turn:'));
    left = { effects, held, deliveries: await untold(environment) };
    return Object.values(left as object).every(list => list.length === 0);
  };
  return until('nothing to be open', ask, SETTLE_MS).then(
    () => [],
    error => [`${error.message}; left: ${JSON.stringify(left)}`],
  );
}

/** Deliveries that GitHub made or tried to make and that are not settled. */
async function untold(environment: RowEnvironment): Promise<string[]> {
  const { deliveries } = await environment.store();
  const left = await deliveries.unsettled(0, 100);
  // GitHub's ping may be sent before Gatehouse is started.
  const sent = environment.github.deliveries().filter(({ event }) => event !== 'ping');
  for (const [guid, { event }] of new Map(sent.map(delivery => [delivery.guid, delivery]))) {
    const delivery = await deliveries.find(guid);
    if (delivery?.state === 'handled' || delivery?.state === 'ignored') continue;
    if (!delivery && environment.lost.has(guid)) continue;
    left.push(`${event} ${guid} ${delivery?.state ?? 'is lost'}`);
  }
  return left;
}

type Comment = { body: string };

async function onGitHub({ mona, fullName }: Repository): Promise<string[]> {
  const wrong: string[] = [];
  const one = (what: string, found: number) => {
    if (found !== 1) wrong.push(`${fullName}: ${found} ${what}, not one`);
  };
  const pulls = await mona.get('/pulls?state=all');
  one('pull requests', pulls.length);
  for (const { number, head, merged_at } of pulls) {
    if (!merged_at) wrong.push(`${fullName}#${number} is not merged`);
    const { check_runs } = await mona.get(`/commits/${head.sha}/check-runs?filter=all`);
    one(`check runs on ${head.sha.slice(0, 7)}`, check_runs.length);
    if (check_runs[0]?.conclusion !== 'success') wrong.push(`${fullName}: the check is not green`);
    wrong.push(...twice(await mona.get(`/issues/${number}/comments`)));
  }
  const issues = (await mona.get('/issues?state=all')).filter(
    (each: { pull_request?: object }) => !each.pull_request,
  );
  for (const issue of issues) {
    if (issue.state !== 'closed') wrong.push(`${fullName}#${issue.number} is not closed`);
    if (issue.labels.length > 0) wrong.push(`${fullName}#${issue.number} has its label still`);
    const comments: Comment[] = await mona.get(`/issues/${issue.number}/comments`);
    wrong.push(...twice(comments));
    one('sticky comments', comments.filter(({ body }) => body.includes('gatehouse:task=')).length);
    if (!comments.some(({ body }) => /merged/i.test(body)))
      wrong.push(`${fullName}: the sticky comment is not the latest`);
  }
  one('commits beside the first', (await mona.get('/commits?sha=main')).length - 1);
  one('branches', (await mona.get('/branches')).length);
  return wrong;
}

/** Answers that exist more than once, by their hidden marker. */
function twice(comments: Comment[]): string[] {
  const marks = comments.flatMap(({ body }) => /gatehouse:answer=\S+/.exec(body)?.[0] ?? []);
  return marks.filter((mark, index) => marks.indexOf(mark) < index).map(mark => `twice: ${mark}`);
}

async function inTheLog(
  environment: RowEnvironment,
  repositories: Repository[],
  dir: string,
): Promise<string[]> {
  const wrong: string[] = [];
  const store = await environment.store();
  const artifacts = await createDiskArtifacts({ dir });
  const audit = liveAuditSource({ log: store.log, artifacts });
  for await (const stream of audit.streams()) {
    const kept = (await store.log.load(stream)).folded as KeptState;
    const { verify, replay } = await replayStream(audit, stream, kept);
    if (verify !== 'ok') wrong.push(`${stream.id}: verify: ${JSON.stringify(verify)}`);
    if (replay !== 'identical') wrong.push(`${stream.id}: replay: ${JSON.stringify(replay)}`);
  }
  for (const { id, fullName } of repositories) {
    const tasks = await store.tasks.list({ repositoryId: id });
    if (tasks.length !== 1) wrong.push(`${fullName}: ${tasks.length} tasks, not one`);
    for (const task of tasks)
      if (task.status !== 'success') wrong.push(`${task.id} is ${task.status}`);
  }
  return wrong;
}
