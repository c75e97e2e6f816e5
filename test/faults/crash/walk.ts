/** One walk from the label to the merge, with or without a death on the way. */
import pg from 'pg';
import { until } from '../../demo/until.ts';
import type { Backends, Setting } from './backends.ts';
import { type Crash, type Scene, setScene } from './scene.ts';
import { leftBehind, wrongs } from './verdict.ts';

/** What a walk may take from the death on, or from its start where nobody dies. Milliseconds. */
export const CONVERGE_MS = 60_000;
/** The walk is given more, so that what is late is told from what is stuck. */
const GIVE_UP_MS = 90_000;

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

export async function walk(
  backends: Backends,
  setting: Setting,
  crash: Crash | null,
): Promise<Walked> {
  const scene = await setScene(backends, setting);
  const { gatehouse, home } = scene;
  let began = Date.now();
  let died = false;
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
        await scene.redeliverMissed();
      }
    })();
    await Promise.race([keptUp, people(scene).then(() => settled(scene))]);
    const ms = Date.now() - began;
    if (ms > CONVERGE_MS) faults.push(`took ${Math.round(ms / 1000)} s`);
    keptUp.catch(() => {});
    faults.push(...(await wrongs(scene)));
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  const ms = Date.now() - began;
  await gatehouse.stop();
  faults.push(...(await leftBehind(home)));
  const passed = await gatehouse.passed();
  await scene.strike({ keep: faults.length > 0 });
  return { passed, ms, died, faults, home };
}

/** What people do, each thing once, at what they see on GitHub. */
async function people({ otto, mona, rey }: Scene): Promise<void> {
  const wait = <T>(what: string, ask: () => Promise<T | null | undefined | false>) =>
    until(what, ask, GIVE_UP_MS);
  // An outsider's words taint the task: its merge needs a person.
  const issue = await otto.open('It subtracts', 'Two and two is four.');
  await mona.label(issue.number, 'agent:fix');
  const pull = await wait('a request for approval', async () => {
    const [pull] = await mona.get('/pulls?state=all');
    if (!pull) return null;
    const { check_runs } = await mona.get(`/commits/${pull.head.sha}/check-runs`);
    const asks = (run: { conclusion: string }) => run.conclusion === 'action_required';
    return check_runs.some(asks) && pull;
  });
  // She asked for the work herself: refused, with an answer.
  await mona.approve(pull.number);
  await wait('the refusal', async () => {
    const comments = await mona.get(`/issues/${pull.number}/comments`);
    return comments.some((comment: { body: string }) => /rule 9/i.test(comment.body));
  });
  await rey.approve(pull.number);
  await wait('the merge', async () => (await mona.get(`/pulls/${pull.number}`)).merged);
}

/** Nothing is open any more: no effect, no lease, no delivery. */
async function settled({ github, databaseUrl }: Scene): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => {});
  let left: Record<string, number> = {};
  const ask = async () => {
    await github.idle();
    const { rows } = await client.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM effects) AS effects,
              (SELECT count(*)::int FROM leases WHERE until > now()) AS leases,
              (SELECT count(*)::int FROM deliveries WHERE state = 'stored') AS deliveries`,
    );
    left = rows[0] ?? {};
    return Object.values(left).every(count => count === 0);
  };
  try {
    await client.connect();
    await until('nothing to be open', ask, GIVE_UP_MS).catch(error => {
      throw new Error(`${error.message}; left: ${JSON.stringify(left)}`);
    });
  } finally {
    await client.end();
  }
}
