/** The proof: all tasks of two working days are merged, and what that costs of GitHub's limits. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { replayStream } from '../../src/engine/audit/replay.ts';
import { liveAuditSource } from '../../src/engine/audit-source.ts';
import { median } from '../bench/rounds.ts';
import { until } from '../demo/until.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { costs } from './costs.ts';
import {
  HOUR_MS,
  type LoadEnvironment,
  type LoadSettings,
  openEnvironment,
} from './environment.ts';
import { type Called, callForTasks, followGitHub } from './team.ts';

/** Longer than anything takes but what hangs. */
const MAY_TAKE_MS = 3 * HOUR_MS;
const SAMPLE_MS = 2_000;

export async function prove(
  settings: LoadSettings,
  say: (line: string) => void,
): Promise<Figure[]> {
  const { factor, repositories, people, tasks } = settings;
  say(
    `${people} people, ${repositories} repositories, ${tasks} tasks; an hour takes ${(HOUR_MS / factor / 1000).toFixed(1)} s (÷ ${factor}), for GitHub and for Gatehouse`,
  );
  const environment = await openEnvironment(settings);
  const ended = new AbortController();
  try {
    const following = followGitHub(environment, settings, ended.signal);
    const sampling = sampleMemory(environment, ended.signal);
    const began = Date.now();
    const work = (async () => {
      const called = await callForTasks(environment, settings);
      say(`all ${called.length} tasks are called for`);
      await allEnded(environment, called.length, say);
      return called;
    })();
    // Where the others or a process fail, nothing is waited for any more.
    const watching = Promise.all([following, sampling]);
    const called = await Promise.race([work, watching.then(() => work)]);
    const hours = ((Date.now() - began) * factor) / HOUR_MS;
    say(`all have ended, after ${hours.toFixed(1)} hours of GitHub's`);
    await environment.github.idle();
    ended.abort();
    await following;
    const figures = await judge(environment, settings, called, await sampling);
    for (const line of costs(environment, settings, hours)) say(line);
    return figures.map(figure => ({ ...figure, name: `${settings.backend}: ${figure.name}` }));
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${told}\n--- the end of its log\n${(await environment.log()).slice(-6_000)}`);
  } finally {
    ended.abort();
    await environment.close();
  }
}

async function allEnded(
  { parts }: LoadEnvironment,
  expected: number,
  say: (line: string) => void,
): Promise<void> {
  let told = -1;
  await until(
    'all tasks to end',
    async () => {
      const all = await parts.tasks.list({ limit: 10_000 });
      const over = all.filter(({ open }) => !open).length;
      if (over >= told + 20) {
        told = over;
        say(`${over} of ${expected} have ended`);
      }
      return over >= expected;
    },
    MAY_TAKE_MS,
    () => sleep(1_000),
  );
}

async function judge(
  { github, parts }: LoadEnvironment,
  { tasks }: LoadSettings,
  called: Called[],
  memory: Record<string, number[]>,
): Promise<Figure[]> {
  const rows = await parts.tasks.list({ limit: 10_000 });
  const audit = liveAuditSource(parts);
  let unproven = 0;
  const took = new Map<number, number[]>();
  for (const { id, repositoryId } of rows) {
    const { verify, replay } = await replayStream(audit, { kind: 'task', id }, null);
    if (verify !== 'ok' || replay !== 'identical') unproven += 1;
    const ms = await untilMerged(parts.log, id);
    if (ms !== null) took.set(repositoryId, [...(took.get(repositoryId) ?? []), ms]);
  }
  const merged = rows.filter(({ status }) => status === 'success').length;
  const limited = github.requests().filter(({ limited, by }) => limited && by !== 'user').length;
  const unsettled = (await parts.deliveries.unsettled(0, 10_000)).length;
  // The repository of the burst waits for itself.
  const busy = called.find(({ burst }) => burst)?.repository.id;
  const medians = [...took].flatMap(([id, times]) => (id === busy ? [] : [median(times)]));
  const none = { most: 0 };
  return [
    valued('tasks called for that were not merged', tasks - merged, '', none),
    valued('tasks whose log does not verify or replay', unproven, '', none),
    valued('deliveries that nobody has looked at', unsettled, '', none),
    valued('requests that a limit of GitHub refused', limited, '', none),
    valued('violations of the contract', github.violations().length, '', none),
    valued(
      'the slowest of the other repositories, to the middle one',
      Math.max(...medians) / median(medians),
      '',
      { most: 2 },
    ),
    ...Object.entries(memory).map(([name, samples]) =>
      valued(`memory of ${name} in the last quarter, to the second`, growth(samples), '', {
        most: 1.25,
      }),
    ),
  ];
}

/** Milliseconds from a task's first event to its merge; `null`: it was not merged. */
async function untilMerged(
  log: LoadEnvironment['parts']['log'],
  id: string,
): Promise<number | null> {
  let first: string | null = null;
  for await (const { type, at } of log.read({ kind: 'task', id })) {
    first ??= at;
    if (type === 'pull.merged') return Date.parse(at) - Date.parse(first);
  }
  return null;
}

/** The resident memory of each process, in bytes, every so often. */
async function sampleMemory(
  { processes }: LoadEnvironment,
  signal: AbortSignal,
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = { serve: [], worker: [] };
  while (!signal.aborted) {
    for (const [name, pid] of Object.entries(processes)) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      samples[name]?.push(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024);
    }
    await sleep(SAMPLE_MS, undefined, { signal }).catch(() => {});
  }
  return samples;
}

function growth(samples: number[]): number {
  const quarter = samples.length >> 2;
  return median(samples.slice(-quarter)) / median(samples.slice(quarter, 2 * quarter));
}
