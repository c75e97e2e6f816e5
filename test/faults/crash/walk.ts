/** One walk from the label to the merge, with or without a crash. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { until } from '../../demo/until.ts';
import type { Backends, Setting } from './backends.ts';
import { type Crash, type CrashEnvironment, openEnvironment } from './environment.ts';
import { GIVE_UP_MS, LOOK_MS, type Scenario } from './scenario.ts';
import { findDifferences, leftBehind } from './verdict.ts';
import { merge } from './walks/merge.ts';

export type Walked = {
  /** The points, in order. */
  passed: string[];
  /** Milliseconds from the crash, or from the start without one. */
  ms: number;
  died: boolean;
  /** What is not as it must be; empty where everything is. */
  faults: string[];
  /** The walk's folder, which is kept where something is wrong. */
  home: string;
};

export async function walk(
  backends: Backends,
  setting: Setting,
  crash: Crash | null,
  scenario: Scenario = merge,
): Promise<Walked> {
  const begun = await scenario.begin();
  const environment = await openEnvironment(backends, setting, begun);
  const { gatehouse, home } = environment;
  let began = Date.now();
  let died = false;
  let ms = 0;
  const faults: string[] = [];
  try {
    await gatehouse.start(crash);
    environment.install();
    // The operator starts Gatehouse again; any end but the planned crash is a failure.
    const keptUp = (async () => {
      for (;;) {
        const end = await gatehouse.ended();
        if (end !== 'SIGKILL' || !crash || died) throw new Error(`Gatehouse ended: ${end}`);
        died = true;
        began = Date.now();
        await gatehouse.start(null);
      }
    })();
    await Promise.race([keptUp, begun.people(environment).then(() => settled(environment))]);
    ms = Date.now() - began;
    keptUp.catch(() => {});
    faults.push(...(await findDifferences(environment, begun)));
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  await gatehouse.stop();
  faults.push(...(await leftBehind(home)));
  const passed = await gatehouse.passed();
  await environment.close({ keep: faults.length > 0 });
  await begun.close?.();
  return { passed, ms, died, faults, home };
}

/** Whether no effect, lease or delivery is open. */
async function settled({ github, databaseUrl }: CrashEnvironment): Promise<void> {
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

/** Queries on a new connection each time, because an embedded database ends with its Gatehouse. */
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
