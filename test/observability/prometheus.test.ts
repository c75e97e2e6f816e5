/** Prometheus itself reads what is served, and answers what the dashboards and the rules ask of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createCounters } from '../../src/adapters/metrics/counters.ts';
import { bind } from '../../src/compose/http/bind.ts';
import { listenForMetrics } from '../../src/compose/http/metrics.ts';
import { unpackDebian } from '../debian.ts';
import { openServices } from '../engine/test-services.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const closing: (() => unknown)[] = [];
/** Empty where there is no Prometheus, and why. */
let api = '';
let why = '';

beforeAll(async () => {
  const otherwise = "Debian's package prometheus can't be had: nothing is scraped.";
  const found = await unpackDebian('prometheus', 'usr/bin/promtool', otherwise).catch(
    (error: Error) => {
      if (process.env.CI) throw error;
      why = error.message;
      return null;
    },
  );
  if (found === null) return;
  const services = await openServices();
  closing.push(services.close);
  const registry = new Registry();
  createCounters(registry, { roles: ['author'], commands: ['fix'] });
  const metrics = await listenForMetrics({ host: '127.0.0.1', port: 0 }, registry, {
    ...services,
    failed: () => {},
  });
  closing.push(metrics.close);
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(configFor(metrics.port)));
  const port = await freePort();
  const server = spawn(
    join(found, 'usr/bin/prometheus'),
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  closing.push(() => ended(server));
  api = `http://127.0.0.1:${port}/api/v1`;
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

/** Ours beside compose.yml, but for where the rules are and where it is served. */
function configFor(port: number) {
  const { global, scrape_configs: jobs } = parse(read('docker/grafana/prometheus.yml'));
  return {
    global: { ...global, scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(root, 'docker/grafana/rules/*.yml')],
    scrape_configs: [
      { job_name: jobs[0].job_name, static_configs: [{ targets: [`127.0.0.1:${port}`] }] },
    ],
  };
}

/** Prometheus says of no port that it chose itself which it is. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await bind(server, { host: '127.0.0.1', port: 0 });
  await new Promise(closed => server.close(closed));
  return port;
}

const ended = (server: ChildProcess) =>
  new Promise<void>(done => {
    if (server.exitCode !== null) return done();
    server.on('exit', () => done());
    server.kill();
  });

/** Undefined: it does not answer yet. */
async function ask(path: string) {
  const answer = await fetch(`${api}/${path}`).catch(() => null);
  return answer && JSON.parse(await answer.text());
}
const query = (expr: string) => ask(`query?${new URLSearchParams({ query: expr })}`);

it('scrapes what is served, and has the rules', async context => {
  if (api === '') return context.skip(why);
  await expect
    .poll(async () => (await ask('targets'))?.data.activeTargets)
    .toMatchObject([{ health: 'up', lastError: '', labels: { job: 'gatehouse' } }]);
  const open = await query('gatehouse_tasks_open');
  expect(open.data.result).toMatchObject([{ value: [expect.any(Number), '0'] }]);
  const { groups } = (await ask('rules')).data;
  const rules = groups.flatMap((group: { rules: { lastError?: string }[] }) => group.rules);
  expect(rules.length).toBeGreaterThan(20);
  expect(rules.flatMap(({ lastError }: { lastError?: string }) => lastError ?? [])).toEqual([]);
});

it('answers each query of the dashboards', async context => {
  if (api === '') return context.skip(why);
  const boards = globSync('docker/grafana/dashboards/*.json', { cwd: root });
  const asked = boards.flatMap(file => {
    const { panels } = JSON.parse(read(file));
    return panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
      targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')),
    );
  });
  expect(asked.length).toBeGreaterThan(20);
  await expect.poll(async () => (await ask('status/buildinfo'))?.status).toBe('success');
  for (const expr of asked)
    expect([expr, await query(expr.replaceAll('$__range', '1d'))]).toMatchObject([
      expr,
      { status: 'success' },
    ]);
});
