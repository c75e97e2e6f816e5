/** Metrics for Prometheus, on an address of their own: the public door never answers them. */
import { createServer } from 'node:http';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { REQUEST_CLASSES } from '../core/request-class.ts';
import type { Dependencies } from '../engine/dependencies.ts';
import { RUN_STATES, type Workload, workloadOf } from '../engine/workload.ts';
import { cedarTraps } from '../policy/cedar.ts';
import { bind } from './bind.ts';

type SetValue = (value: number, labels?: Record<string, string>) => void;
type Metric = { help: string; labels: string[]; read(workload: Workload, set: SetValue): void };

/** By name. What they say is the same in all processes on a database, but for what is of the process. */
const METRICS: Readonly<Record<string, Metric>> = {
  gatehouse_tasks_open: {
    help: 'Tasks that have not ended',
    labels: [],
    read: ({ openTasks }, set) => set(openTasks),
  },
  gatehouse_runs: {
    help: 'Runs of open tasks, by state',
    labels: ['state'],
    read: ({ runs }, set) => {
      for (const state of RUN_STATES) set(runs[state], { state });
    },
  },
  gatehouse_effects_due: {
    help: 'Effects that are due and that no process performs, at most 1000',
    labels: [],
    read: ({ effectsDue }, set) => set(effectsDue),
  },
  gatehouse_deliveries_waiting: {
    help: 'Deliveries that arrived 5 s ago or earlier and are not followed yet, at most 1000',
    labels: [],
    read: ({ deliveriesWaiting }, set) => set(deliveriesWaiting),
  },
  gatehouse_github_requests_left: {
    help: 'Requests (core) or points (graphql) that are left of the hour, by installation',
    labels: ['installation', 'resource'],
    read: ({ requests }, set) => {
      for (const { left, ...of } of requests) if (left) set(left.remaining, labelsOf(of));
    },
  },
  gatehouse_github_requests_limit: {
    help: 'Requests or points that GitHub allows in an hour, by installation',
    labels: ['installation', 'resource'],
    read: ({ requests }, set) => {
      for (const { left, ...of } of requests) if (left) set(left.limit, labelsOf(of));
    },
  },
  gatehouse_github_silence_seconds: {
    help: 'For how long GitHub asks for silence, by installation',
    labels: ['installation', 'resource'],
    read: ({ requests }, set) => {
      for (const { heldMs, ...of } of requests) set(heldMs / 1000, labelsOf(of));
    },
  },
  gatehouse_github_shortage: {
    help: 'Whether requests of this class wait, because few are left',
    labels: ['installation', 'resource', 'class'],
    read: ({ requests }, set) => {
      for (const { waiting, ...of } of requests)
        for (const is of REQUEST_CLASSES)
          set(waiting.includes(is) ? 1 : 0, { ...labelsOf(of), class: is });
    },
  },
  gatehouse_policy_engine_replaced: {
    help: 'How often the policy engine of this process was replaced, because a text stopped it',
    labels: [],
    read: (_workload, set) => set(cedarTraps().count),
  },
};

const labelsOf = (of: { installation: number; resource: string }) => ({
  installation: `${of.installation}`,
  resource: of.resource,
});

type Parts = Pick<Dependencies, 'log' | 'tasks' | 'outbox' | 'deliveries' | 'requestBudget'> & {
  failed: (error: unknown) => void;
};

/** Everything in Prometheus' text format, read anew. */
function createMetrics(parts: Parts): { contentType: string; text(): Promise<string> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = Object.entries(METRICS).map(([name, { help, labels, read }]) => ({
    gauge: new Gauge({ name, help, labelNames: labels, registers: [registry] }),
    read,
  }));
  return {
    contentType: registry.contentType,
    async text() {
      const workload = await workloadOf(parts);
      for (const { gauge, read } of gauges) {
        // An installation that is gone is not told any more.
        gauge.reset();
        read(workload, (value, labels) => gauge.set(labels ?? {}, value));
      }
      return registry.metrics();
    },
  };
}

export async function listenForMetrics(
  address: { host: string; port: number },
  parts: Parts,
): Promise<{ port: number; close(): Promise<void> }> {
  const metrics = createMetrics(parts);
  /** Whoever asks while it is read gets the same answer: asking often costs no more. */
  let reading: Promise<string> | null = null;
  const server = createServer((request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end('Metrics are at GET /metrics.\n');
      return;
    }
    reading ??= metrics.text().finally(() => {
      reading = null;
    });
    reading.then(
      text => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      (error: unknown) => {
        parts.failed(error);
        response.writeHead(503).end('The database does not answer.\n');
      },
    );
  });
  const port = await bind(server, address);
  return {
    port,
    close: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
