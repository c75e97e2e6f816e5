/**
 * Measures by how much the memory of Gatehouse's own processes grows while twenty real agents work at
 * once, over what they hold when nothing is worked. What each run has of its own is stated apart: it is
 * the agent's.
 */
import { symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLIS, openAgent } from '../agents/execute-agent.ts';
import { openEnvironment, startCommand } from '../cli/environment.ts';
import { until } from '../demo/until.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { startScriptedModel } from '../model/server.ts';
import { processMemory } from './process-memory.ts';
import { median } from './rounds.ts';

export const name = 'memory';

const RUNS = 20;
const MOST_MS = 600_000;
/** After work, what was needed for it is given back. */
const SETTLE_MS = 20_000;
const SAMPLES = 10;
const EACH_MS = 1_000;

export async function measure(): Promise<Figure[]> {
  const { adapter } = await openAgent('codex', null);
  let together = false;
  const model = await startScriptedModel({
    turns: () =>
      together
        ? [{ say: 'word '.repeat(1_000) }]
        : [{ shell: 'sed -i "s/a - b/a + b/" sum.js' }, { say: 'It added the wrong way round.' }],
    fault: () => (together ? { slowMs: 200 } : null),
  });
  const environment = await openEnvironment();
  const { mona, env, home } = environment;
  await symlink(CLIS, `${home}/agents`);
  const serve = startCommand(['serve', '--json'], {
    ...env,
    GATEHOUSE_STATE_DIR: home,
    GATEHOUSE_CONCURRENCY: `${RUNS + 4}`,
    GATEHOUSE_REAL_AGENTS: '1',
    OPENAI_API_KEY: 'the key of a scripted model',
    OPENAI_BASE_URL: model.url,
  });
  try {
    await serve.says('http://');
    const { pid } = serve.child;
    if (pid === undefined) throw new Error('`serve` could not be started');
    const ask = async (title: string) => {
      const { number } = await mona.open(title, 'Two and two is four.');
      await mona.label(number, 'agent:fix');
    };
    // What is loaded once, is loaded by the first task.
    await ask('It subtracts');
    await until('the first task to be done', async () => model.requests.length >= 2, MOST_MS);
    await sleep(SETTLE_MS);
    const idle = await sampled(pid);
    together = true;
    const before = model.requests.length;
    for (let run = 1; run <= RUNS; run++) await ask(`It subtracts, ${run}`);
    await until(
      'all runs to be under way',
      async () => model.requests.length >= before + RUNS,
      MOST_MS,
    );
    const busy = await sampled(pid);
    return [
      valued(
        `memory of \`serve\` with ${RUNS} runs of ${adapter.name} at once, over none`,
        busy.ours - idle.ours,
        'MB',
        { most: 100 },
      ),
      valued('what each of these runs has of its own', busy.runs / RUNS, 'MB', { most: 500 }),
    ];
  } finally {
    await serve.stop('SIGTERM');
    await model.close();
    await environment.close();
  }
}

/** Megabytes of Gatehouse's own processes, and of all that runs in sandboxes. */
async function sampled(root: number): Promise<{ ours: number; runs: number }> {
  const samples: { ours: number; runs: number }[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    const all = await processMemory(root);
    const sum = (of: typeof all) => of.reduce((total, { bytes }) => total + bytes, 0) / 1e6;
    const ours = all.filter(({ command }) => OURS.test(command));
    const runs = all.filter(one => !ours.includes(one) && !isElse(one));
    samples.push({ ours: sum(ours), runs: sum(runs) });
    await sleep(EACH_MS);
  }
  return {
    ours: median(samples.map(({ ours }) => ours)),
    runs: Math.max(...samples.map(({ runs }) => runs)),
  };
}

/** What lives as long as `serve` does: its own process, the one that starts it, and its process host. */
const OURS = /boot\.cjs serve|main\.ts serve|process-host\/process\.ts/;

/** PostgreSQL, and the process that lives for a moment to read the policies of a repository. */
const isElse = ({ command, parents }: { command: string; parents: string[] }): boolean =>
  [command, ...parents].some(line => /postgres\b.*-D|^postgres:|policies\/apart/.test(line));
