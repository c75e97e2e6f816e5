/**
 * Measures how much of the time from the label to the merge, as in `npm run demo`, is Gatehouse's
 * own. Gatehouse is busy while an effect is due and not settled, or a delivery is not settled. The
 * time of the agents' own processes and of git's transfers is subtracted. The rest of the walk Gatehouse
 * waits for people and for CI.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIBRARY, openAgents } from '../demo/agents.ts';
import { openEnvironment } from '../demo/environment.ts';
import { serveGatehouse } from '../demo/serve.ts';
import { walk } from '../demo/walk.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { callsIn, shareOf } from './walk/calls.ts';
import { type Interval, lengthOf, union, within, without } from './walk/intervals.ts';
import { agentsOf, busyOf, walkOf } from './walk/record.ts';

export const name = 'from the label to the merge';

export async function measure(): Promise<Figure[]> {
  const agents = await openAgents('simulated');
  try {
    // The local GitHub compiles its API description at first use, which the real one never does.
    await walkOnce(agents, () => {});
    const own = await walkOnce(agents, line => process.stdout.write(`\n  ${line}`));
    process.stdout.write('\n');
    const what = 'label → merged: all time that is Gatehouse’s own';
    return [valued(what, own / 1000, 's', { most: 1.5 })];
  } finally {
    await agents.close();
  }
}

/** Runs the whole walk in an environment of its own; returns Gatehouse's own milliseconds. */
async function walkOnce(
  agents: Awaited<ReturnType<typeof openAgents>>,
  print: (line: string) => void,
): Promise<number> {
  const transfers = watchGit();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-walk-'));
  const calls = join(folder, 'calls');
  const environment = await openEnvironment({
    repository: { name: 'sandglass', from: LIBRARY },
    env: { ...agents.env, BENCH_CALLS: calls },
    serve: settings => serveGatehouse(settings, join(import.meta.dirname, 'walk/serve.ts')),
  });
  try {
    const { task } = await walk(environment, 120_000);
    const { log, artifacts } = environment.gatehouse.parts;
    const whole = await walkOf(log, task);
    const agents = within(await agentsOf(artifacts, task), whole);
    const busy = within(await busyOf(log, task), whole);
    const git = within(union(transfers.stop()), whole);
    const own = without(busy, union([...agents, ...git]));
    const waited = whole.to - whole.from - lengthOf(union([...busy, ...agents]));
    const part = (what: string, ms: number) =>
      print(`${what.padEnd(46)}${(ms / 1000).toFixed(2).padStart(7)} s`);
    part('from the label to the merge', whole.to - whole.from);
    part('waiting for people and CI', waited);
    part("the agents' own processes", lengthOf(union(agents)));
    part("git's transfers over the network", lengthOf(without(git, union(agents))));
    part('Gatehouse', lengthOf(own));
    for (const { name, times, ms } of shareOf(await callsIn(calls), own))
      part(`  ${name}, ${times} times`, ms);
    return lengthOf(own);
  } finally {
    transfers.stop();
    await environment.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The intervals in which Gatehouse's git transfers data from or to the local GitHub. */
function watchGit(): { stop(): Interval[] } {
  const seen: Interval[] = [];
  const listen = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const [, basic = ''] = (request.headers.authorization ?? '').split('Basic ');
    const ours = Buffer.from(basic, 'base64').toString().startsWith('x-access-token:');
    if (!ours || !/\.git\//.test(request.url ?? '')) return;
    const from = Date.now();
    response.once('close', () => seen.push({ from, to: Date.now() }));
  };
  subscribe('http.server.request.start', listen);
  return {
    stop() {
      unsubscribe('http.server.request.start', listen);
      return seen;
    },
  };
}
