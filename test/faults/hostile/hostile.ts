/**
 * Four runs that do their worst at once, and a stranger at the public door: what an honest run, an
 * honest delivery and a supervisor notice of them.
 */
import { spawn } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { until } from '../../demo/until.ts';
import { compared, type Figure, valued } from '../../figures/figures.ts';
import { FILES, inEnvironment, type Repository, type RowEnvironment } from '../rows/environment.ts';
import type { Row } from '../rows/row.ts';
import type { Probed } from './probe.ts';
import { residentOf, watchResident } from './resident.ts';

/**
 * What each bad run asks for, and how it has to end. Output is read as fast as it is worked on: on a busy
 * machine a run meets its time limit before it has printed too much.
 */
const WORST: readonly [string, RegExp][] = [
  ['a flood of lines', /^(?:output_limit|timeout): /],
  ['a flood of questions, held bodies and an endless line', /^(?:output_limit|timeout): /],
  ['a fork bomb', /^timeout: /],
  ['a tree of odd files', /^workspace: /],
];
const FOUR = 4;
/** An author's time; a fork bomb takes all of it. */
const WALL_MS = 80_000;
const PROBE_S = 35;
const PATIENCE_MS = 300_000;

const path = (...names: string[]) => join(import.meta.dirname, ...names);

export const hostile: Row = {
  name: 'hostile: four runs at their worst and a stranger at the door',
  where: ({ queue, database }) => queue === 'postgres' && database === 'embedded',
  mostS: 600,
  run: (setting, add) =>
    inEnvironment(setting, async environment => {
      for (const figure of await measure(environment)) add(figure);
    }),
};

async function measure(environment: RowEnvironment): Promise<Figure[]> {
  const { home, port, secret } = environment;
  const agents = join(home, 'agents');
  await cp(path('../../../agents'), agents, { recursive: true });
  const author = await readFile(join(agents, 'author.md'), 'utf8');
  await writeFile(join(agents, 'author.md'), author.replace(/wallMs: \d+/, `wallMs: ${WALL_MS}`));
  const over = {
    GATEHOUSE_AGENTS: agents,
    GATEHOUSE_SIMULATION: path('scripts'),
    GATEHOUSE_POLICIES: path('../../../policies/autonomous'),
  };
  const processes = [
    await environment.start('serve', over),
    await environment.start('worker', over),
  ];
  const pids = processes.map(({ pid }) => pid);

  const busy = await begin(environment, Array(FOUR).fill('busy and honest'));
  const alone = await fifth(environment);
  await Promise.all(busy.map(repository => ended(environment, repository)));
  const before = await Promise.all(pids.map(residentOf));

  const resident = watchResident(pids);
  const worst = await begin(
    environment,
    WORST.map(([title]) => title),
  );
  const stranger = spawn(process.execPath, [path('stranger.ts'), `${port}`], { stdio: 'ignore' });
  const probing = probe(port, secret);
  const beside = await fifth(environment);
  const reasons = await Promise.all(worst.map(repository => ended(environment, repository)));
  const { health, deliveries, bare, refused } = await probing;
  stranger.kill('SIGKILL');
  const most = resident.stop();

  const wrong = WORST.flatMap(([title, how], at) =>
    how.test(reasons[at] ?? '') ? [] : [`${title} ended with ${reasons[at]}`],
  );
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  const log = await environment.log();
  const lost = log.match(/not renewed|not ours any more/g) ?? [];
  return [
    waited('/health, p99', p99(health), { bare: p99(bare), most: 250 }),
    waited('an honest delivery is acknowledged, p99', p99(deliveries), {
      bare: p99(bare),
      most: 100,
    }),
    valued('honest requests that were refused', refused, '', { most: 0 }),
    ...['serve', 'worker'].map((name, at) =>
      valued(`resident memory that ${name} grew by`, (most[at] ?? 0) - (before[at] ?? 0), 'MB', {
        most: 300,
      }),
    ),
    compared(
      'a fifth honest run, beside four busy honest ones',
      { value: beside, unit: 's', baseline: alone },
      { most: 1.5 },
    ),
    valued('leases that were lost', lost.length, '', { most: 0 }),
  ];
}

/** Four tasks whose authors are at work. */
async function begin(environment: RowEnvironment, titles: string[]): Promise<Repository[]> {
  const repositories: Repository[] = [];
  for (const title of titles) {
    const repository = await environment.repository(await files());
    repositories.push(repository);
    const issue = await repository.mona.open(title, '');
    await repository.mona.label(issue.number, 'agent:fix');
  }
  for (const repository of repositories)
    await until(
      'an author at work',
      () => eventOf(environment, repository, 'run.started'),
      PATIENCE_MS,
    );
  return repositories;
}

/** How long the author of one more honest task works. Seconds. */
async function fifth(environment: RowEnvironment): Promise<number> {
  const [repository] = await begin(environment, ['It subtracts']);
  if (!repository) throw new Error('there is one repository');
  const reason = await ended(environment, repository);
  if (reason !== '') throw new Error(`the honest run ended with ${reason}`);
  const [from, to] = await Promise.all(
    ['run.started', 'run.finished'].map(type => eventOf(environment, repository, type)),
  );
  return (Date.parse(to?.at ?? '') - Date.parse(from?.at ?? '')) / 1_000;
}

/** Waits until the author's first run has ended; how it failed, or nothing. */
const ended = (environment: RowEnvironment, repository: Repository): Promise<string> =>
  until(
    'an author to be done',
    async () => {
      const event = await eventOf(environment, repository, 'run.finished');
      if (!event) return null;
      const { outcome, class: kind, reason } = event.data as Record<string, string>;
      return outcome === 'failure' ? `${kind}: ${reason}` : `${outcome}`;
    },
    PATIENCE_MS,
  ).then(said => (said === 'success' ? '' : said));

async function eventOf(environment: RowEnvironment, { id }: Repository, type: string) {
  const { tasks, log } = await environment.store();
  const [task] = await tasks.list({ repositoryId: id });
  if (!task) return null;
  for await (const event of log.read({ kind: 'task', id: task.id }))
    if (event.type === type && (event.data as { run?: string }).run === 'author-1-1') return event;
  return null;
}

async function files(): Promise<Record<string, string>> {
  const names = ['flood.mjs', 'files.sh', 'forks.sh', 'spin.sh', 'work.sh'];
  const texts = names.map(
    async name => [name, await readFile(path('worst', name), 'utf8')] as const,
  );
  return { ...FILES, ...Object.fromEntries(await Promise.all(texts)) };
}

async function probe(port: number, secret: string): Promise<Probed> {
  const argv = [path('probe.ts'), `${port}`, secret, `${PROBE_S}`];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(child.stdout));
}

/** A machine that does other work as well may keep even a bare server waiting for longer than the goal. */
function waited(
  name: string,
  value: number,
  { bare, most }: { bare: number; most: number },
): Figure {
  const ratio = value / bare;
  const goal = `≤ ${most} ms, or ${BESIDE_BARE} of the baseline`;
  const ok = value <= most || ratio <= BESIDE_BARE;
  return { name, value, unit: 'ms', baseline: bare, ratio, goal, ok };
}

const BESIDE_BARE = 2;

function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}
