/** One walk from the label to the merge, with or without a death on the way. */

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { until } from '../../demo/until.ts';
import type { Backends, Setting } from './backends.ts';
import { type Crash, type Scene, setScene } from './scene.ts';
import { leftBehind, wrongs } from './verdict.ts';

/** What a walk may take from the death on, or from its start where nobody dies. Milliseconds. */
export const CONVERGE_MS = 60_000;
/** It is given more, so that what is late is told from what is stuck. */
const GIVE_UP_MS = 180_000;
/** Looking costs GitHub, and us, as much as Gatehouse's own requests. */
const LOOK_MS = 300;

export type Walked = {
  /** The points, in order. */
  passed: string[];
  /** From the death on, where there was one; else from the start. */
  ms: number;
  died: boolean;
  /** What is not as it must be; empty where all is well. */
  faults: string[];
  /** The walk's folder, kept where something is wrong. */
  home: string;
};

/** What the agents do, and what people do, each thing once, at what they see on GitHub. */
export type Play = { scripts?: string; people(scene: Scene): Promise<void> };

export async function walk(
  backends: Backends,
  setting: Setting,
  crash: Crash | null,
  { scripts, people }: Play = { people: toTheMerge },
): Promise<Walked> {
  const scene = await setScene(backends, setting, scripts);
  const { gatehouse, home } = scene;
  let began = Date.now();
  let died = false;
  let ms = 0;
  const faults: string[] = [];
  try {
    await gatehouse.start(crash);
    scene.install();
    // Whoever runs Gatehouse starts it again; an end that was not asked for is a fault.
    const keptUp = (async () => {
      for (;;) {
        const end = await gatehouse.ended();
        if (end !== 'SIGKILL' || !crash || died) throw new Error(`Gatehouse ended: ${end}`);
        died = true;
        began = Date.now();
        await gatehouse.start(null);
      }
    })();
    await Promise.race([keptUp, people(scene).then(() => settled(scene))]);
    ms = Date.now() - began;
    keptUp.catch(() => {});
    faults.push(...(await wrongs(scene)));
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  await gatehouse.stop();
  faults.push(...(await leftBehind(home)));
  const passed = await gatehouse.passed();
  await scene.strike({ keep: faults.length > 0 });
  return { passed, ms, died, faults, home };
}

/** Looks until it is so. */
export const seen = <T>(what: string, ask: () => Promise<T | null | undefined | false>) =>
  until(what, ask, GIVE_UP_MS, () => sleep(LOOK_MS));

async function toTheMerge({ otto, mona, rey }: Scene): Promise<void> {
  // An outsider's words taint the task: its merge needs a person.
  const issue = await otto.open('It subtracts', 'Two and two is four.');
  await mona.label(issue.number, 'agent:fix');
  const pull = await seen('a request for approval', async () => {
    const [pull] = await mona.get('/pulls?state=all');
    if (!pull) return null;
    const { check_runs } = await mona.get(`/commits/${pull.head.sha}/check-runs`);
    const asks = (run: { conclusion: string }) => run.conclusion === 'action_required';
    return check_runs.some(asks) && pull;
  });
  // She asked for the work herself: refused, with an answer.
  await mona.approve(pull.number);
  await seen('the refusal', async () => {
    const comments = await mona.get(`/issues/${pull.number}/comments`);
    return comments.some((comment: { body: string }) =>
      /nobody approves their own work/.test(comment.body),
    );
  });
  await rey.approve(pull.number);
  await seen('the merge', async () => (await mona.get(`/pulls/${pull.number}`)).merged);
}

/** Nothing is open any more: no effect, no lease, no delivery. */
async function settled({ github, databaseUrl }: Scene): Promise<void> {
  let left: unknown = 'the database does not answer';
  const ask = async () => {
    await github.idle();
    const counts = await openWork(databaseUrl).catch(() => null);
    if (counts) left = counts;
    return counts && Object.values(counts).every(count => count === 0);
  };
  await until('nothing to be open', ask, GIVE_UP_MS, () => sleep(LOOK_MS)).catch(error => {
    throw new Error(`${error.message}; left: ${JSON.stringify(left)}`);
  });
}

/** Asked on a connection of its own: an embedded database goes and comes with its Gatehouse. */
async function openWork(connectionString: string): Promise<Record<string, number> | undefined> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(
      `SELECT (SELECT count(*)::int FROM streams WHERE open_since IS NOT NULL) AS open,
              (SELECT count(*)::int FROM leases WHERE until > now() AND NOT starts_with(name, 'turn:')) AS leases,
              (SELECT count(*)::int FROM deliveries WHERE state = 'stored') AS deliveries`,
    );
    return rows[0];
  } finally {
    await client.end().catch(() => {});
  }
}
