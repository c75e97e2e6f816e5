/** What Prometheus reads of the work that there is now. It is the same from each process on a database. */
import { Gauge, type Registry } from 'prom-client';
import { usdOf } from '../../core/budget.ts';
import { REQUEST_CLASSES } from '../../core/request-class.ts';
import { RUN_STATES } from '../../engine/queries/open-tasks.ts';
import type { Workload } from '../../engine/workload.ts';
import { cedarTraps } from '../../policy/cedar.ts';

type SetValue = (value: number, labels?: Record<string, string>) => void;
type Reading = { help: string; labels: string[]; read(workload: Workload, set: SetValue): void };

/** By name. */
const READINGS: Readonly<Record<string, Reading>> = {
  gatehouse_tasks_open: {
    help: 'Tasks that have not ended',
    labels: [],
    read: ({ openTasks }, set) => set(openTasks),
  },
  gatehouse_runs: {
    help: 'Runs of the newest 1000 open tasks, by state',
    labels: ['state'],
    read: ({ runs }, set) => {
      for (const state of RUN_STATES) set(runs[state], { state });
    },
  },
  gatehouse_effects: {
    help: 'Open effects, by state: due and performed by nobody (at most 1000), performed, or due later (streams, at most 1000)',
    labels: ['state'],
    read: ({ effects }, set) => {
      set(effects.due, { state: 'due' });
      set(effects.performed, { state: 'performed' });
      set(effects.delayed, { state: 'delayed' });
    },
  },
  gatehouse_effects_oldest_seconds: {
    help: 'For how long the oldest effect that is due has waited to be performed',
    labels: [],
    read: ({ effects }, set) => set(effects.oldestMs / 1000),
  },
  gatehouse_workers: {
    help: 'Processes that work, as they report themselves',
    labels: [],
    read: ({ workers }, set) => set(workers),
  },
  gatehouse_approvals_waiting: {
    help: 'What waits for people: requests and questions of the newest 1000 open tasks, and backlogs',
    labels: [],
    read: ({ asked }, set) => set(asked.requests),
  },
  gatehouse_approvals_oldest_seconds: {
    help: 'For how long the oldest of this has waited',
    labels: [],
    read: ({ asked }, set) => set(asked.oldestMs / 1000),
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
  gatehouse_day_spent_usd: {
    help: 'What the whole deployment has spent today (UTC), as far as it has a price',
    labels: [],
    read: ({ today }, set) => set(usdOf(today.spent.nanoUsd)),
  },
  gatehouse_day_reserved_usd: {
    help: 'What calls and runs under way have reserved of today',
    labels: [],
    read: ({ today }, set) => set(usdOf(today.reserved.nanoUsd)),
  },
  gatehouse_day_limit_usd: {
    help: 'What may be spent in a day; absent without such a budget',
    labels: [],
    read: ({ today }, set) => today.cap !== null && set(usdOf(today.cap)),
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

/** Returns what sets all of them anew. */
export function createGauges(registry: Registry): (workload: Workload) => void {
  const gauges = Object.entries(READINGS).map(([name, { help, labels, read }]) => ({
    gauge: new Gauge({ name, help, labelNames: labels, registers: [registry] }),
    read,
  }));
  return workload => {
    for (const { gauge, read } of gauges) {
      // An installation that is gone is not told any more.
      gauge.reset();
      // One without labels is 0 by that; where there is nothing to say, it is absent.
      gauge.remove({});
      read(workload, (value, labels) => gauge.set(labels ?? {}, value));
    }
  };
}
