/**
 * Measures the walk from the label to the merge, as in `npm run demo`, which has three rounds: how
 * much of its time is Gatehouse's own, beside its parts started again by themselves; what it asks of
 * GitHub; and how much longer it takes where each of GitHub's answers is 100 ms on its way.
 *
 * Gatehouse is busy while an effect is due and not settled, or a delivery is not settled. The time
 * of the agents' own processes is subtracted. The rest of the walk Gatehouse waits for people and CI.
 * Each walk has a process of its own, so the figure is that of a first task.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIBRARY, openAgents } from '../demo/agents.ts';
import { openEnvironment } from '../demo/environment.ts';
import { serveGatehouse } from '../demo/serve.ts';
import { walk } from '../demo/walk.ts';
import { compared, type Figure, valued } from '../figures/figures.ts';
import { type Calls, callsOf } from './requests/count.ts';
import { median } from './rounds.ts';
import { bareParts } from './walk/bare-parts.ts';
import { callsIn, shareOf } from './walk/calls.ts';
import { lengthOf, union, within, without } from './walk/intervals.ts';
import { partsIn } from './walk/parts.ts';
import { agentsOf, busyOf, walkOf } from './walk/record.ts';

export const name = 'from the label to the merge';

const LATENCY_MS = 100;
const ROUNDS = 2;
/** Of the repository, as GitHub says of one that is small. */
const SMALL_KILOBYTES = 100;

export async function measure(): Promise<Figure[]> {
  const agents = await openAgents('simulated');
  const near: Walked[] = [];
  const far: Walked[] = [];
  try {
    // The local GitHub compiles its API description at first use, which the real one never does.
    await walkOnce(agents, 0, () => {});
    for (let round = 0; round < ROUNDS; round += 1) {
      near.push(await walkOnce(agents, 0, line => process.stdout.write(`\n  ${line}`)));
      far.push(await walkOnce(agents, LATENCY_MS, () => {}));
    }
    process.stdout.write('\n');
  } finally {
    await agents.close();
  }
  const middle = (walks: Walked[], of: (walked: Walked) => number) => median(walks.map(of));
  const seconds = (walks: Walked[], of: (walked: Walked) => number) => middle(walks, of) / 1000;
  const calls = (of: (calls: Calls) => number) => middle(near, walked => of(walked.calls));
  return [
    compared(
      'label → merged: all time that is Gatehouse’s own, beside its bare parts',
      {
        value: seconds(near, ({ own }) => own),
        unit: 's',
        baseline: seconds(near, ({ bare }) => bare),
      },
      { most: 1.5 },
    ),
    valued(
      `label → merged, with ${LATENCY_MS} ms for each of GitHub’s answers: longer by`,
      seconds(far, ({ whole }) => whole) - seconds(near, ({ whole }) => whole),
      's',
      { most: 3 },
    ),
    valued(
      'a walk with three rounds: REST reads that count',
      calls(({ reads }) => reads),
      '',
      {
        most: 60,
      },
    ),
    valued(
      'a walk with three rounds: points of GraphQL',
      calls(({ points }) => points),
      '',
      {
        most: 15,
      },
    ),
    valued(
      'a walk with three rounds: writes',
      calls(({ writes }) => writes),
      '',
      { most: 30 },
    ),
  ];
}

/** All times in milliseconds. */
type Walked = { whole: number; own: number; bare: number; calls: Calls };

/** Runs the whole walk in an environment of its own. */
async function walkOnce(
  agents: Awaited<ReturnType<typeof openAgents>>,
  latencyMs: number,
  print: (line: string) => void,
): Promise<Walked> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-walk-'));
  const files = { calls: join(folder, 'calls'), parts: join(folder, 'parts') };
  const environment = await openEnvironment({
    repository: { name: 'sandglass', from: LIBRARY },
    env: { ...agents.env, BENCH_CALLS: files.calls, BENCH_PARTS: files.parts },
    latencyMs,
    serve: settings => serveGatehouse(settings, join(import.meta.dirname, 'walk/serve.ts')),
  });
  try {
    const { github, repository, users } = environment;
    const before = await github.forkRepository(repository, users.otto);
    const { task } = await walk(environment, 120_000);
    const { log, artifacts } = environment.gatehouse.parts;
    const whole = await walkOf(log, task);
    const agents = within(await agentsOf(artifacts, task), whole);
    const { calls: called, deliveries } = await callsIn(files.calls);
    const busy = within([...(await busyOf(log, task)), ...deliveries], whole);
    const own = without(busy, union(agents));
    const waited = whole.to - whole.from - lengthOf(union([...busy, ...agents]));
    const asked = callsOf(github, 0);
    github.delayAnswers(0);
    const remote = {
      url: before.cloneUrl,
      token: async () => users.otto.token,
      kilobytes: SMALL_KILOBYTES,
    };
    const bare = await bareParts(environment.home, remote, await partsIn(files.parts));
    const part = (what: string, ms: number) =>
      print(`${what.padEnd(46)}${(ms / 1000).toFixed(2).padStart(7)} s`);
    part('from the label to the merge', whole.to - whole.from);
    part('waiting for people and CI', waited);
    part("the agents' own processes", lengthOf(union(agents)));
    part('its parts, started by themselves', bare);
    part('Gatehouse', lengthOf(own));
    for (const { name, times, ms } of shareOf(called, own)) part(`  ${name}, ${times} times`, ms);
    const { reads, unchanged, points, writes } = asked.asInstallation;
    print(
      `asked of GitHub: ${reads} reads that count, ${unchanged} told 304, ${points} points, ${writes} writes, ${asked.asApp.counted} by the App's own JWT`,
    );
    print(`  ${asked.byOperation.map(([what, times]) => `${what} ${times}`).join(', ')}`);
    return {
      whole: whole.to - whole.from,
      own: lengthOf(own),
      bare,
      calls: asked.asInstallation,
    };
  } finally {
    await environment.close();
    await rm(folder, { recursive: true, force: true });
  }
}
