/**
 * The proof with several machines on one database: work is distributed, the work of a dead or
 * disconnected machine moves, nothing is lost or done twice, and GitHub's limits are kept together.
 */
import pg from 'pg';
import type { StoredEvent } from '../../src/core/event.ts';
import { WRITE_SHARE } from '../../src/core/request-class.ts';
import { replayStream } from '../../src/engine/audit/replay.ts';
import { liveAuditSource } from '../../src/engine/audit-source.ts';
import { until } from '../demo/until.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { openEnvironment, type ScaleEnvironment, type Working } from './environment.ts';
import type { Services } from './services.ts';

const FIRST = 8;
const SECOND = 6;
const MACHINES = 3;
/** Each comment causes two writes, together more than a minute's budget. */
const CALLS = 60;
/** What GitHub takes in a minute, and what answers may use of it: the rest is left to merges and approvals. */
const WRITES = 80;
const ANSWERS = Math.floor(WRITES * WRITE_SHARE.answer);
/** Twice the time of a lease, a lock and a sweep together. */
const MOVED_MS = 60_000;

type Scenario = Awaited<ReturnType<ScaleEnvironment['scenario']>>;
type Work = Scenario & { task: string };

export async function prove(
  services: Services,
  backend: 'postgres' | 'redis',
  say: (line: string) => void,
): Promise<Figure[]> {
  const shared = await services.fresh(`on_${backend}`);
  const environment = await openEnvironment(services.folder, {
    ...shared,
    ...(backend === 'redis' ? { REDIS_URL: services.redis } : {}),
  });
  const sql = new pg.Pool({ connectionString: shared.DATABASE_URL, max: 1 });
  sql.on('error', () => {});
  try {
    const figures = await inEnvironment(environment, sql, say);
    return figures.map(figure => ({ ...figure, name: `${backend}: ${figure.name}` }));
  } finally {
    await sql.end();
    await environment.close();
  }
}

async function inEnvironment(
  environment: ScaleEnvironment,
  sql: pg.Pool,
  say: (line: string) => void,
): Promise<Figure[]> {
  const [one, two, three] = await Promise.all([
    environment.serve(),
    environment.worker(),
    environment.worker(),
  ]);
  say('one serve and two workers, each on a machine of its own');
  const busy = await callMuch(environment);
  const first = await begin(environment, FIRST);

  const lost = await atAuthor(environment, two, first);
  const lostAt = performance.now();
  await two.machine.lose();
  say(`${two.machine.name} lost its power while it was at ${lost.task}`);
  const cut = await atAuthor(environment, three, first);
  const cutAt = performance.now();
  three.machine.cut();
  say(`${three.machine.name} was cut off while it was at ${cut.task}`);
  const [lostMs, cutMs] = await Promise.all([
    takenUp(environment, lost, two).then(() => performance.now() - lostAt),
    takenUp(environment, cut, three).then(() => performance.now() - cutAt),
  ]);
  three.machine.join();
  const joinedAt = performance.now();
  say(`${three.machine.name} is joined again, and another machine comes`);
  const four = await environment.worker();

  const second = await begin(environment, SECOND);
  say(`${four.machine.name} has come, and ${SECOND} tasks more`);
  await until(
    `${three.machine.name} to work again`,
    () => ranSince(environment, second, three),
    MOVED_MS,
  );
  const backMs = performance.now() - joinedAt;
  say(`${three.machine.name} works again`);
  const all = [...first, ...second];
  await Promise.all(all.map(work => merged(environment, work)));
  say(`${all.length} tasks are merged`);
  const alive = [one, three, four];
  const shares = await sharesOf(environment, second, alive);
  const pulls = await Promise.all(all.map(({ mona }) => mona.get('/pulls?state=all')));
  const proven = await Promise.all(all.map(({ task }) => isProven(environment, task)));
  const again = await Promise.all(all.map(({ task }) => preparedAgain(environment, task)));
  const writes = await writesOf(sql, busy);
  const held = await sql.query('SELECT FROM write_budgets WHERE held_until IS NOT NULL');
  const none = { most: 0 };
  return [
    valued('work of a machine without power is taken up after', lostMs / 1_000, 's', {
      most: MOVED_MS / 1_000,
    }),
    valued('work of a machine cut off is taken up after', cutMs / 1_000, 's', {
      most: MOVED_MS / 1_000,
    }),
    valued('a machine that is joined again works after', backMs / 1_000, 's', {
      most: MOVED_MS / 1_000,
    }),
    valued('smallest share of the runs that one of three machines had', Math.min(...shares), '', {
      least: 0.1,
    }),
    valued(
      'tasks not merged with one pull request',
      pulls.filter(all => all.length !== 1).length,
      '',
      none,
    ),
    valued('tasks whose log does not verify or replay', proven.filter(ok => !ok).length, '', none),
    valued('runs that prepared again where nothing was prepared', sum(again), '', { least: 1 }),
    valued('writes in the busiest minute of one installation', busiest(writes), '', {
      most: WRITES,
    }),
    valued('writes in that minute, under more than enough calls', busiest(writes), '', {
      least: ANSWERS,
    }),
    valued('times GitHub had to ask for silence', held.rowCount ?? 0, '', none),
    valued('violations of the contract', environment.github.violations().length, '', none),
  ];
}

/** Makes more calls than a minute's writes can answer; returns their installation. */
async function callMuch(environment: ScaleEnvironment): Promise<number> {
  const { mona, installation } = await environment.scenario();
  const issue = await mona.open('Help', 'How does this work?');
  for (let n = 0; n < CALLS; n += 1) await mona.comment(issue.number, '/agent help');
  return installation.id;
}

/** Starts tasks, each in a repository of its own. */
async function begin(environment: ScaleEnvironment, count: number): Promise<Work[]> {
  const scenarios = await Promise.all(Array.from({ length: count }, () => environment.scenario()));
  return Promise.all(
    scenarios.map(async scenario => {
      const issue = await scenario.mona.open('It subtracts', 'Two and two is four.');
      await scenario.mona.label(issue.number, 'agent:fix');
      const { id: repositoryId } = scenario.repository;
      const task = await until('a task', async () => {
        const [row] = await environment.parts.tasks.list({ repositoryId, limit: 1 });
        return row?.id;
      });
      return { ...scenario, task };
    }),
  );
}

const eventsOf = (environment: ScaleEnvironment, task: string): Promise<StoredEvent[]> =>
  Array.fromAsync(environment.parts.log.read({ kind: 'task', id: task }));

type Begun = { run: string; worker: string };
const begunIn = async (environment: ScaleEnvironment, { task }: Work): Promise<Begun[]> =>
  (await eventsOf(environment, task)).flatMap(({ type, data }) =>
    type === 'run.started' ? [data as Begun] : [],
  );
const isOn = ({ machine }: Working, { worker }: Begun) => worker.startsWith(`${machine.name}-`);

/**
 * Waits until an author's run is running on the machine. On a busy one all authors may be done before
 * that is looked for: then tasks are added, and are among the works from then on.
 */
const atAuthor = (environment: ScaleEnvironment, working: Working, works: Work[]): Promise<Work> =>
  until(`an author on ${working.machine.name}`, async () => {
    let isAnyAhead = false;
    for (const work of works) {
      const events = await eventsOf(environment, work.task);
      const isDone = events.some(
        ({ type, data }) => type === 'run.produced' && (data as Begun).run.startsWith('author-'),
      );
      if (isDone) continue;
      isAnyAhead = true;
      const last = events.findLast(({ type }) => type === 'run.started')?.data as Begun | undefined;
      if (last?.run.startsWith('author-') && isOn(working, last)) return work;
    }
    if (!isAnyAhead) works.push(...(await begin(environment, MACHINES)));
    return null;
  });

/** Waits until another machine has started the author's run again. */
const takenUp = (environment: ScaleEnvironment, work: Work, dead: Working): Promise<true> =>
  until(
    `${work.task} to be taken up`,
    async () => {
      const authors = (await begunIn(environment, work)).filter(({ run }) =>
        run.startsWith('author-'),
      );
      const last = authors.at(-1);
      return authors.length > 1 && last !== undefined && !isOn(dead, last);
    },
    2 * MOVED_MS,
  );

const ranSince = async (
  environment: ScaleEnvironment,
  works: Work[],
  working: Working,
): Promise<boolean> =>
  (await Promise.all(works.map(work => begunIn(environment, work))))
    .flat()
    .some(begun => isOn(working, begun));

async function sharesOf(
  environment: ScaleEnvironment,
  works: Work[],
  machines: Working[],
): Promise<number[]> {
  const begun = (await Promise.all(works.map(work => begunIn(environment, work)))).flat();
  return machines.map(each => begun.filter(one => isOn(each, one)).length / begun.length);
}

/** A maintainer made the request and nobody else wrote, so policy requires no other person's approval. */
const merged = (environment: ScaleEnvironment, { task }: Work): Promise<true> =>
  until(
    `${task} to be merged`,
    async () => {
      const row = await environment.parts.tasks.find(task);
      if (row?.open === false && row.status !== 'success')
        throw new Error(`${task} ended as ${row.status}`);
      return row?.status === 'success';
    },
    180_000,
  );

async function isProven(environment: ScaleEnvironment, task: string): Promise<boolean> {
  const { verify, replay } = await replayStream(
    liveAuditSource(environment.parts),
    { kind: 'task', id: task },
    null,
  );
  return verify === 'ok' && replay === 'identical';
}

const preparedAgain = async (environment: ScaleEnvironment, task: string): Promise<number> =>
  new Set(
    (await environment.parts.artifacts.list(task))
      .map(({ run }) => run)
      .filter(run => run.endsWith('-prepare')),
  ).size;

/** The times of the installation's writes, in milliseconds by the database's clock. */
async function writesOf(sql: pg.Pool, installation: number): Promise<number[]> {
  const { rows } = await sql.query(
    'SELECT extract(epoch FROM time) * 1000 AS at FROM write_budgets, unnest(taken) AS time WHERE name = $1 ORDER BY time',
    [`github-writes:${installation}`],
  );
  return rows.map(({ at }) => Number(at));
}

const busiest = (times: number[]): number =>
  Math.max(0, ...times.map((at, n) => times.slice(n).filter(next => next < at + 60_000).length));

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);
