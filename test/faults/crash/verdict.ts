/** What must be true once a walk has converged: on GitHub, in the log, on the machine. */
import { createDiskArtifacts } from '../../../src/adapters/artifacts/disk.ts';
import { createStore, type Store } from '../../../src/adapters/store/store.ts';
import { isOpen } from '../../../src/core/task/state.ts';
import { liveAuditSource } from '../../../src/engine/audit-source.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { replayStream } from '../../../src/engine/replay.ts';
import { asTask, type KeptState } from '../../../src/engine/streams.ts';
import { leftovers } from '../../cli/leftovers.ts';
import { until } from '../../demo/until.ts';
import type { CrashEnvironment } from './environment.ts';

const NOTICE_MS = 5_000;

/** Every difference from what must be true, as sentences. */
export async function findDifferences(environment: CrashEnvironment): Promise<string[]> {
  const store = await createStore({ url: environment.databaseUrl, log: () => {} });
  try {
    return [...(await onGitHub(environment)), ...(await inTheLog(environment, store))];
  } finally {
    await store.close();
  }
}

type Comment = { body: string; user: { login: string } };

async function onGitHub({ github, mona }: CrashEnvironment): Promise<string[]> {
  const wrong: string[] = [];
  const one = (what: string, found: number) => {
    if (found !== 1) wrong.push(`${found} ${what}, not one`);
  };
  const pulls = await mona.get('/pulls?state=all');
  one('pull requests', pulls.length);
  for (const { number, head, merged_at } of pulls) {
    if (!merged_at) wrong.push(`#${number} is not merged`);
    const { check_runs } = await mona.get(`/commits/${head.sha}/check-runs?filter=all`);
    one(`check runs on ${head.sha.slice(0, 7)}`, check_runs.length);
    if (check_runs[0]?.conclusion !== 'success') wrong.push('the check run is not green');
    wrong.push(...twice(await mona.get(`/issues/${number}/comments`)));
  }
  const [issue] = (await mona.get('/issues?state=all')).filter(
    (each: { pull_request?: object }) => !each.pull_request,
  );
  if (issue.state !== 'closed') wrong.push('the issue is not closed');
  if (issue.labels.length > 0) wrong.push('the label is still there');
  const comments: Comment[] = await mona.get(`/issues/${issue.number}/comments`);
  wrong.push(...twice(comments));
  one('sticky comments', comments.filter(({ body }) => body.includes('gatehouse:task=')).length);
  if (!comments.some(({ body }) => /merged/i.test(body)))
    wrong.push('the comment is not the latest');
  const reactions: { content: string }[] = await mona.get(`/issues/${issue.number}/reactions`);
  one('👀', reactions.filter(({ content }) => content === 'eyes').length);
  // The first commit and the merged one.
  one('commits beside the first', (await mona.get('/commits?sha=main')).length - 1);
  one('branches', (await mona.get('/branches')).length);
  return [
    ...wrong,
    ...github.violations().map(violation => `contract: ${JSON.stringify(violation)}`),
  ];
}

/** Answers that exist more than once, by their hidden marker. */
function twice(comments: Comment[]): string[] {
  const marks = comments.flatMap(({ body }) => /gatehouse:answer=\S+/.exec(body)?.[0] ?? []);
  return marks.filter((mark, index) => marks.indexOf(mark) < index).map(mark => `twice: ${mark}`);
}

async function inTheLog(
  { github, artifacts: dir }: CrashEnvironment,
  store: Store,
): Promise<string[]> {
  const wrong: string[] = [];
  const artifacts = await createDiskArtifacts({ dir });
  const audit = liveAuditSource({ log: store.log, artifacts });
  for await (const stream of audit.streams()) {
    const kept = (await store.log.load(stream)).folded as KeptState;
    const { verify, replay } = await replayStream(audit, stream, kept);
    if (verify !== 'ok') wrong.push(`verify: ${verify}`);
    if (replay !== 'identical') wrong.push(`replay: ${replay}`);
  }
  const tasks = await store.tasks.list({});
  if (tasks.length !== 1) wrong.push(`${tasks.length} tasks, not one`);
  for (const { id } of tasks) {
    const { state } = asTask(await loadFolded(store.log, { kind: 'task', id }));
    if (isOpen(state) || state.status !== 'success') wrong.push(`the task is ${state.status}`);
    for (const run of state.runs)
      if (!['success', 'failure', 'canceled'].includes(run.state))
        wrong.push(`run ${run.id} is ${run.state}`);
    for (const { name, digest } of await artifacts.list(id))
      await artifacts.get(digest).catch(() => wrong.push(`${name} is lost`));
  }
  // GitHub's ping is sent before Gatehouse is started.
  const told = github.deliveries().filter(delivery => delivery.event !== 'ping');
  for (const guid of new Set(told.map(delivery => delivery.guid))) {
    const delivery = await store.deliveries.find(guid);
    if (!delivery) wrong.push(`delivery ${guid} is lost`);
    else if (!['handled', 'ignored'].includes(delivery.state))
      wrong.push(`delivery ${guid} (${delivery.event}) is ${delivery.state}`);
  }
  return wrong;
}

/** What the ended process left; its children may need a moment to end. */
export async function leftBehind(home: string): Promise<string[]> {
  let left: string[] = [];
  const ask = async () => {
    left = await leftovers(home);
    return left.length === 0;
  };
  await until('nothing to be left', ask, NOTICE_MS).catch(() => {});
  return left.map(each => `left: ${each}`);
}
