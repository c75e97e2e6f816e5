/** What an operator watches Gatehouse with: rules, dashboards and how they are started. */
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { unpackDebian } from '../debian.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const RULES = 'docker/grafana/rules/gatehouse.yml';
const page = read('docs/observability.md');

const Rule = z.union([
  z.strictObject({ record: z.string(), expr: z.string() }),
  z.strictObject({
    alert: z.string(),
    expr: z.string(),
    for: z.string().optional(),
    labels: z.strictObject({ severity: z.enum(['info', 'warning', 'critical']) }),
    annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
  }),
]);
const { groups } = z
  .strictObject({
    groups: z.array(
      z.strictObject({ name: z.string(), interval: z.string().optional(), rules: z.array(Rule) }),
    ),
  })
  .parse(parse(read(RULES)));
const rules = groups.flatMap(group => group.rules);
const alerts = rules.flatMap(rule => ('alert' in rule ? [rule] : []));
const records = rules.flatMap(rule => ('record' in rule ? [rule.record] : []));

/** Grafana's JSON model of a dashboard (`kinds/dashboard`), as far as ours use it. */
const Source = z.strictObject({
  type: z.literal('prometheus'),
  uid: z.string().regex(/^\$\{datasource\}$/),
});
const whole = z.number().int().nonnegative();
const Panel = z.strictObject({
  id: whole,
  type: z.enum(['timeseries', 'stat', 'bargauge']),
  title: z.string().min(1),
  description: z.string(),
  datasource: Source,
  gridPos: z.strictObject({ x: whole.max(23), y: whole, w: whole.min(1).max(24), h: whole.min(1) }),
  targets: z
    .array(
      z.strictObject({
        refId: z.string().regex(/^[A-Z]$/),
        datasource: Source,
        expr: z.string().min(1),
        legendFormat: z.string(),
        instant: z.boolean().optional(),
        range: z.boolean().optional(),
      }),
    )
    .min(1),
  fieldConfig: z.strictObject({
    defaults: z.strictObject({
      unit: z.enum(['short', 's', 'percentunit', 'currencyUSD', 'reqps', 'ops', 'bytes']),
      min: z.number(),
      max: z.number().optional(),
      custom: z.record(z.string(), z.unknown()).optional(),
      thresholds: z
        .strictObject({
          mode: z.literal('absolute'),
          steps: z.array(z.strictObject({ color: z.string(), value: z.number().nullable() })),
        })
        .optional(),
    }),
    overrides: z.array(z.unknown()),
  }),
  options: z.record(z.string(), z.unknown()),
});
const Dashboard = z.strictObject({
  uid: z.string().regex(/^[a-z-]{1,40}$/),
  title: z.string().min(1),
  description: z.string(),
  tags: z.array(z.string()),
  schemaVersion: z.number().int().min(36),
  version: whole,
  editable: z.boolean(),
  graphTooltip: z.number().int().min(0).max(2),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  refresh: z.string(),
  timezone: z.literal('browser'),
  annotations: z.strictObject({ list: z.array(z.unknown()) }),
  links: z.array(z.record(z.string(), z.unknown())),
  templating: z.strictObject({
    list: z.array(z.looseObject({ type: z.literal('datasource'), name: z.literal('datasource') })),
  }),
  panels: z.array(Panel).min(1),
});
const files = globSync('docker/grafana/dashboards/*.json', { cwd: root }).sort();
const dashboards = files.map(file => ({ file, board: Dashboard.parse(JSON.parse(read(file))) }));

/** Each metric of the page, with its labels; the test of the metrics holds the page to what is served. */
const SERVED = new Map(
  [...page.matchAll(/^\| `(gatehouse_\w+)` \| (\w+) \| ([^|]*) \|/gm)].map(
    ([, name = '', type, labels = '']) => [
      name,
      { type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label) },
    ],
  ),
);
/** What Prometheus itself adds, and what buckets have. */
const ALWAYS = ['job', 'instance', 'le'];

/** What is asked for that nobody serves. */
function unknownIn(expr: string): string[] {
  return [...expr.matchAll(/\b(gatehouse_\w+)(?:\{([^}]*)\})?/g)].flatMap(
    ([, name = '', matchers = '']) => {
      const metric = SERVED.get(name.replace(/_(?:bucket|sum|count)$/, '')) ?? SERVED.get(name);
      if (!metric || (metric.type !== 'histogram' && !SERVED.has(name))) return [name];
      const asked = [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = '']) => label);
      return asked
        .filter(label => ![...metric.labels, ...ALWAYS].includes(label))
        .map(label => `${name}{${label}}`);
    },
  );
}
/** The labels by which it is grouped that none of its metrics has. */
function ungrouped(expr: string): string[] {
  const labels = [...expr.matchAll(/gatehouse_\w+/g)].flatMap(
    ([name]) => SERVED.get(name.replace(/_(?:bucket|sum|count)$/, ''))?.labels ?? [],
  );
  const by = [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(','),
  );
  return by.map(label => label.trim()).filter(label => ![...labels, ...ALWAYS].includes(label));
}

const asked = [
  ...rules.map(rule => ({ of: 'alert' in rule ? rule.alert : rule.record, expr: rule.expr })),
  ...dashboards.flatMap(({ file, board }) =>
    board.panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({ of: `${basename(file)}: ${title}`, expr })),
    ),
  ),
];

describe('rules and dashboards', () => {
  it.each(asked)('$of asks for what is served, by labels that it has', ({ expr }) => {
    expect(SERVED.size).toBeGreaterThan(40);
    expect([...unknownIn(expr), ...ungrouped(expr)]).toEqual([]);
    for (const [name] of expr.matchAll(/gatehouse:[\w:]+/g)) expect(records).toContain(name);
  });

  it('what nobody serves is found', () => {
    expect(unknownIn('gatehouse_task{a="b"}')).toEqual(['gatehouse_task']);
    expect(unknownIn('gatehouse_runs{role="author"}')).toEqual(['gatehouse_runs{role}']);
    expect(unknownIn('gatehouse_runs_bucket')).toEqual(['gatehouse_runs_bucket']);
    expect(ungrouped('sum by (state, role) (gatehouse_runs)')).toEqual(['role']);
  });

  it('each metric of Gatehouse is looked at somewhere', () => {
    const all = asked.map(({ expr }) => expr).join('\n');
    expect([...SERVED.keys()].filter(name => !all.includes(name))).toEqual([]);
  });

  it('panels have ids of their own and do not lie on one another', () => {
    for (const { file, board } of dashboards) {
      const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
      );
      expect([file, new Set(cells).size]).toEqual([file, cells.length]);
      expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
      for (const { gridPos } of board.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
    expect(new Set(dashboards.map(({ board }) => board.uid)).size).toBe(4);
  });

  it('the page has each dashboard, and each alert with what to do', () => {
    for (const { board } of dashboards) expect(page).toContain(`| ${board.title} |`);
    const rows = [...page.matchAll(/^\| `(Gatehouse\w+)` \| (\w+) \| .{20,} \|$/gm)];
    expect(rows.map(([, name, severity]) => `${name} ${severity}`)).toEqual(
      alerts.map(({ alert, labels }) => `${alert} ${labels.severity}`),
    );
    for (const { annotations } of alerts)
      expect(annotations.runbook).toBe('docs/observability.md#alerts');
  });
});

describe('by promtool', () => {
  const run = promisify(execFile);
  let promtool = '';
  let why = '';
  beforeAll(async () => {
    const otherwise = "Debian's package prometheus can't be had: rules are not run.";
    const found = await unpackDebian('prometheus', 'usr/bin/promtool', otherwise).catch(
      (error: Error) => {
        if (process.env.CI) throw error;
        why = error.message;
        return null;
      },
    );
    promtool = found === null ? '' : join(found, 'usr/bin/promtool');
    if (promtool !== '') await access(promtool);
  });
  const checked = async (...args: string[]) => {
    const { stdout } = await run(promtool, args, { cwd: root });
    return stdout;
  };

  it('the rules are rules', async context => {
    if (promtool === '') return context.skip(why);
    expect(await checked('check', 'rules', '--lint=all', '--lint-fatal', RULES)).toContain(
      `SUCCESS: ${rules.length} rules found`,
    );
  });

  it('the configuration is one', async context => {
    if (promtool === '') return context.skip(why);
    const config = 'docker/grafana/prometheus.yml';
    expect(await checked('check', 'config', '--syntax-only', config)).toContain('SUCCESS');
  });

  it('each expression of the dashboards is one', async context => {
    if (promtool === '') return context.skip(why);
    const exprs = asked.map(({ expr }, n) => ({
      record: `dashboard:expr:${n}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1d'),
    }));
    const folder = await mkdtemp(join(tmpdir(), 'promql-'));
    const file = join(folder, 'all.yml');
    await writeFile(file, JSON.stringify({ groups: [{ name: 'all', rules: exprs }] }));
    const said = await checked('check', 'rules', file).finally(() =>
      rm(folder, { recursive: true }),
    );
    expect(said).toContain(`SUCCESS: ${exprs.length} rules found`);
  });

  it('each alert fires and says what it has to, and none while all is well', async context => {
    const file = 'test/observability/rules.test.yml';
    const { tests } = parse(read(file));
    const fires = tests.flatMap((test: { alert_rule_test?: { alertname: string }[] }) =>
      (test.alert_rule_test ?? []).map(({ alertname }) => alertname),
    );
    expect(fires).toEqual(alerts.map(({ alert }) => alert));
    if (promtool === '') return context.skip(why);
    expect(await checked('test', 'rules', file)).toContain('SUCCESS');
  });
});

describe('compose.yml beside ours', () => {
  const ours = parse(read('docker/compose.yml'), { merge: true });
  const beside = parse(read('docker/grafana/compose.yml'), { merge: true });

  it('has each of our processes answer metrics where Prometheus asks, and nowhere outside', () => {
    const { scrape_configs: jobs } = parse(read('docker/grafana/prometheus.yml'));
    const [{ names, port }] = jobs[0].dns_sd_configs;
    for (const name of names) {
      expect(ours.services).toHaveProperty(name);
      expect(beside.services[name]).toEqual({
        environment: { METRICS_HOST: '0.0.0.0', METRICS_PORT: String(port) },
      });
    }
    expect(beside.services.prometheus).not.toHaveProperty('ports');
    expect(beside.services.grafana.ports).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:\d+:3000$/),
    ]);
  });

  it('mounts files that there are, read-only, and has images of a version', () => {
    for (const name of ['prometheus', 'grafana']) {
      const { volumes, image } = beside.services[name];
      expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
      for (const volume of volumes) {
        const [from, , mode] = volume.split(':');
        if (Object.keys(beside.volumes).includes(from)) continue;
        expect(mode).toBe('ro');
        expect(globSync(join(root, 'docker', from))).toHaveLength(1);
      }
    }
  });
});
