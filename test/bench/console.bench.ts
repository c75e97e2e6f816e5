/**
 * Measures the API by HTTP with 100,000 tasks of 200 repositories and a million events in its database.
 */
import { openEnvironment, startCommand } from '../cli/environment.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { LONG, seed, TASKS, WHOLE_TASKS } from './console/seed.ts';
import { ownDatabase } from './own-database.ts';

export const name = 'console';

/** Requests of each kind, one after the other. */
const REQUESTS = 100;
/** Milliseconds, of 95 in 100. */
const GOAL_MS = 100;

const KINDS: Readonly<Record<string, (n: number) => string>> = {
  'the board: open tasks by who must act': n =>
    `tasks?open=true&waitsOn=${['person', 'gatehouse', 'github'][n % 3]}&sort=waiting`,
  'the newest tasks': () => 'tasks?limit=50',
  'the ended tasks of one repository': n => `tasks?repository=acme/r${n % 200}&open=false`,
  'the tasks that failed last': () => 'tasks?status=failure&sort=updated',
  'what one person asked for': n => `tasks?requester=person-${n}`,
  'tasks by a word of their title': n => `tasks?text=${TASKS - n}`,
  'one task in full': n => `tasks/task-${(n * 37) % WHOLE_TASKS || 1}`,
  'its decisions': n => `tasks/task-${(n * 37) % WHOLE_TASKS || 1}/decisions`,
  'the inbox: what waits': () => 'approvals?list=waiting',
  'the inbox: what is decided': () => 'approvals?list=decided',
  'the repositories': () => 'repositories',
  'the agents and their records': () => 'agents',
  'what was spent, by model': () => 'spends?group=model',
  'how the budgets stand': () => 'budgets',
  'the first events of a task of 20,000': () => `tasks/${LONG.task}/events?limit=100`,
  'events in the midst of it': n => `tasks/${LONG.task}/events?limit=100&after=${n * 190}`,
};

export async function measure(): Promise<Figure[]> {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const url = await ownDatabase(closing);
    const token = await seed(url);
    const environment = await openEnvironment();
    closing.unshift(environment.close);
    const limits = { GATEHOUSE_CALLS_PER_TOKEN: '0', GATEHOUSE_CALLS_PER_ADDRESS: '0' };
    const serve = startCommand(['serve'], { ...environment.env, ...limits, DATABASE_URL: url });
    closing.unshift(serve.stop);
    await serve.says('http://');
    const ask = async (path: string): Promise<number> => {
      const began = performance.now();
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${environment.url}/api/v1/${path}`, { headers });
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
      return performance.now() - began;
    };
    const figures: Figure[] = [];
    for (const [what, path] of Object.entries(KINDS)) {
      await ask(path(0));
      const times: number[] = [];
      for (let n = 1; n <= REQUESTS; n++) times.push(await ask(path(n)));
      times.sort((a, b) => a - b);
      const p95 = times[Math.floor(REQUESTS * 0.95)] ?? 0;
      figures.push(valued(`${what}, 95 of 100 requests`, p95, 'ms', { most: GOAL_MS }));
    }
    return figures;
  } finally {
    for (const close of closing) await close();
  }
}
