/** What Prometheus reads, of a database with work on it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listenForMetrics } from '../../src/compose/metrics.ts';
import { created, decided, HISTORY } from '../core/task/given.ts';
import { beginTask } from '../engine/begin.ts';
import { openServices, type TestServices } from '../engine/test-services.ts';

let services: TestServices;
let metrics: Awaited<ReturnType<typeof listenForMetrics>>;
const failures: unknown[] = [];
beforeAll(async () => {
  services = await openServices();
  metrics = await listenForMetrics(
    { host: '127.0.0.1', port: 0 },
    { ...services, failed: error => failures.push(error) },
  );
});
afterAll(async () => {
  await metrics.close();
  await services.close();
});

const at = (path: string) => `http://127.0.0.1:${metrics.port}${path}`;
const read = async () => (await fetch(at('/metrics'))).text();

it('tells what waits, what runs and what is left to ask', async () => {
  expect(await read()).toMatch(/^gatehouse_tasks_open 0$/m);
  await beginTask(services.log, 'waiting', HISTORY.waiting);
  await beginTask(services.log, 'queued', [created({ issue: 2 }), decided('task.start', 'allow')]);
  const left = { limit: 5000, remaining: 400, resetMs: 3_600_000 };
  await services.requestBudget.share({ installation: 7, resource: 'core' }, left);
  const answer = await fetch(at('/metrics'));
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const text = await answer.text();
  for (const line of [
    'gatehouse_tasks_open 2',
    'gatehouse_runs{state="queued"} 1',
    'gatehouse_runs{state="running"} 0',
    'gatehouse_runs{state="waiting_approval"} 1',
    'gatehouse_github_requests_left{installation="7",resource="core"} 400',
    'gatehouse_github_requests_limit{installation="7",resource="core"} 5000',
    'gatehouse_github_silence_seconds{installation="7",resource="core"} 0',
    'gatehouse_github_shortage{installation="7",resource="core",class="merge"} 0',
    'gatehouse_github_shortage{installation="7",resource="core",class="surface"} 1',
    'gatehouse_deliveries_waiting 0',
  ])
    expect(text.split('\n')).toContain(line);
  expect(text).toMatch(/^gatehouse_effects_due [1-9]\d*$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
});

it('answers nothing else', async () => {
  for (const [path, method] of [
    ['/', 'GET'],
    ['/health', 'GET'],
    ['/metrics', 'POST'],
  ] as const)
    expect((await fetch(at(path), { method })).status).toBe(404);
  expect(failures).toEqual([]);
});
