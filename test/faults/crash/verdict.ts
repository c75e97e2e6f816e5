/** What must be true once a walk has converged: on GitHub, in the log, on the machine. */
import { createDiskArtifacts } from '../../../src/adapters/artifacts/disk.ts';
import { createStore, type Store } from '../../../src/adapters/store/store.ts';
import { isOpen } from '../../../src/core/task/state/state.ts';
import { replayStream } from '../../../src/engine/audit/replay.ts';
import { liveAuditSource } from '../../../src/engine/audit-source.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { asTask, type KeptState } from '../../../src/engine/streams.ts';
import { leftovers } from '../../cli/leftovers.ts';
import { until } from '../../demo/until.ts';
import type { CrashEnvironment } from './environment.ts';
import { type Begun, exactly } from './scenario.ts';

const NOTICE_MS = 5_000;

/** Every difference from what must be true, as sentences. */
export async function findDifferences(
  environment: CrashEnvironment,
  { wrong, ends }: Begun,
): Promise<string[]> {
  const store = await createStore({ url: environment.databaseUrl, log: () => {} });
  try {
    const log = await inTheLog(environment, store, ends);
    return [...(await wrong(environment)), ...(await onGitHub(environment)), ...log];
  } finally {
    await store.close();
  }
}

type Comment = { body: string };

/** Nothing is there twice, whatever was worked. */
async function onGitHub({ github, mona }: CrashEnvironment): Promise<string[]> {
  const wrong: string[] = [];
  for (const { number } of await mona.get('/issues?state=all')) {
    const comments: Comment[] = await mona.get(`/issues/${number}/comments`);
    wrong.push(
      ...twice(comments, /gatehouse:answer=\S+/),
      ...twice(comments, /gatehouse:task=\S+/),
    );
  }
  for (const { head } of await mona.get('/pulls?state=all')) {
    const { check_runs } = await mona.get(`/commits/${head.sha}/check-runs?filter=all`);
    const names: string[] = check_runs.map(({ name }: { name: string }) => name);
    for (const name of new Set(names))
      wrong.push(...exactly(1, `check runs ${name}`, names.filter(one => one === name).length));
  }
  return [
    ...wrong,
    ...github.violations().map(violation => `contract: ${JSON.stringify(violation)}`),
  ];
}

/** What exists more than once on an issue, by its hidden marker. */
function twice(comments: Comment[], mark: RegExp): string[] {
  const marks = comments.flatMap(({ body }) => mark.exec(body)?.[0] ?? []);
  return marks.filter((mark, index) => marks.indexOf(mark) < index).map(mark => `twice: ${mark}`);
}

async function inTheLog(
  { github, artifacts: dir }: CrashEnvironment,
  store: Store,
  ends: readonly string[],
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
  const ended = tasks.map(({ status }) => status).sort();
  if (ended.join() !== ends.join())
    wrong.push(`the tasks ended as ${ended.join(', ')}, not as ${ends.join(', ')}`);
  for (const { id } of tasks) {
    const { state } = asTask(await loadFolded(store.log, { kind: 'task', id }));
    if (isOpen(state)) wrong.push(`the task ${id} is ${state.status}`);
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
