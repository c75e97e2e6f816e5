/**
 * The crash points: both sides of every change that is asked of a port. Nothing is listed here but
 * what is no change, so that a new method, event or effect is a point by itself. Where one job makes
 * two changes with nothing in between, after the first and before the second are one point.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Effect } from '../../../src/core/effect.ts';
import type { Dependencies } from '../../../src/engine/dependencies.ts';
import { effectLease } from '../../../src/engine/lease-guard.ts';
import type { NewDelivery } from '../../../src/engine/ports/deliveries.ts';
import type { Append } from '../../../src/engine/ports/event-log.ts';
import type { Job } from '../../../src/engine/ports/queue.ts';
import type { Workspaces } from '../../../src/engine/ports/workspace.ts';
import { around, type Lead } from '../../around.ts';

/** Told of each point as it is passed, synchronously: it may end the process there. */
export type Pass = (point: string) => void;

/** What changes nothing that outlives the process, or is done by the clock: no points. */
const NO_CHANGE: Record<string, readonly string[]> = {
  log: ['recall', 'load', 'read', 'streams'],
  deliveries: ['find', 'settledSince', 'unknown', 'unsettled'],
  // The taking is told by `watchLeases`; a lease that is not released ends by itself.
  leases: ['renew', 'holds', 'held'],
  queue: ['consume', 'close'],
  artifacts: ['get', 'list'],
  workspaces: [
    'readFile',
    'listFiles',
    'findFiles',
    'compare',
    'remerge',
    'prepared',
    'prepareKey',
    'runs',
  ],
  sandbox: ['probe'],
  github: ['commitMessage'],
};

/** The parts, watched. Tasks and outbox are only read: the log's append writes them. */
export function watchParts(deps: Dependencies, pass: Pass): Dependencies {
  const chain = createChain(pass);
  /** What every opened effect is, by the name of its lease. */
  const effects = new Map<string, string>();
  const watched = (port: string, names: Names = {}): Lead => {
    return (method, args, call) => {
      if (NO_CHANGE[port]?.includes(method)) return call();
      const name = names[method]?.(args) ?? `${port}.${method}`;
      return chain.change({ before: `before ${name}`, after: `after ${name}` }, call);
    };
  };
  const stored = watched('deliveries', {
    receive: ([delivery]) => `delivery ${(delivery as NewDelivery).event} is stored`,
  });
  return {
    ...deps,
    log: around(deps.log, (method, args, call) => {
      if (method !== 'append') return watched('log')(method, args, call);
      const append = args[0] as Append;
      for (const effect of append.open)
        effects.set(effectLease(append.stream, effect.key), nameOf(effect));
      const what = `append ${[...new Set(append.events.map(event => event.type))].join(' + ')}`;
      const settled = settledBy(append);
      const effect = settled && effects.get(effectLease(append.stream, settled));
      const before = effect ? `effect ${effect} is applied, before ${what}` : `before ${what}`;
      return chain.change({ before, after: `after ${what}` }, call);
    }),
    leases: around(deps.leases, async (method, args, call) => {
      if (NO_CHANGE.leases?.includes(method)) return call();
      if (method === 'release') return chain.change({}, call);
      const [name = ''] = args as string[];
      const kind = name.split(':')[0];
      if (kind === 'effect') chain.begin();
      const epoch = await call();
      // Somebody else holds it.
      if (epoch === null) return null;
      const what = effects.has(name) ? `effect ${effects.get(name)}` : kind;
      return chain.change({ after: `${what} is claimed`, atOnce: true }, () => epoch);
    }),
    workspaces: around(deps.workspaces, async (method, args, call) => {
      const result = await watched('workspaces')(method, args, call);
      if (method !== 'open') return result;
      return around(result as Awaited<ReturnType<Workspaces['open']>>, watched('workspace'));
    }),
    sandbox: around(deps.sandbox, (method, args, call) => {
      if (method !== 'start') return watched('sandbox')(method, args, call);
      const names = { before: 'before sandbox.start', after: 'while the sandbox runs' };
      return chain.change({ ...names, atOnce: true }, call);
    }),
    queue: around(deps.queue, (method, args, call) => {
      if (method !== 'add') return watched('queue')(method, args, call);
      const [first] = args[0] as { job: Job }[];
      return chain.change({ after: `after queue.add ${first?.job.name}`, atOnce: true }, call);
    }),
    deliveries: around(deps.deliveries, (method, args, call) => {
      if (method === 'find') chain.begin();
      if (method !== 'settle') return stored(method, args, call);
      const what = `delivery is settled as ${args[1]}`;
      return chain.change({ before: `before ${what}`, after: `after ${what}`, atOnce: true }, call);
    }),
    artifacts: around(deps.artifacts, watched('artifacts')),
    gateway: around(deps.gateway, watched('gateway')),
    github: {
      ...deps.github,
      writes: around(
        deps.github.writes,
        watched('github', { show: ([, surface]) => `github.show ${surface}` }),
      ),
    },
  };
}

type Names = Record<string, (args: unknown[]) => string>;
type Change = {
  before?: string;
  after?: string;
  /** What is after it is no mere waiting for the next change. */
  atOnce?: boolean;
};

type Link = {
  /** Reached, and not yet told: the next point may be the same one by a better name. */
  pending: string | null;
  /** The point told last is where we still are. */
  told: boolean;
};

/** Points as one job passes them, whoever performs it: this process at once, or from the queue. */
function createChain(pass: Pass) {
  const jobs = new AsyncLocalStorage<Link>();
  return {
    /** What follows is another job: it looks up its delivery, or claims its effect. */
    begin(): void {
      jobs.enterWith({ pending: null, told: false });
    },
    async change({ before, after, atOnce = false }: Change, call: () => unknown) {
      const job = jobs.getStore() ?? { pending: null, told: false };
      if (before !== undefined && !job.told) pass(before);
      else if (job.pending !== null) pass(job.pending);
      const result = await call();
      job.pending = after ?? null;
      job.told = false;
      const alone = jobs.getStore() === undefined;
      if (after !== undefined && (atOnce || alone)) {
        pass(after);
        job.pending = null;
        job.told = true;
      }
      return result;
    },
  };
}

/** What an effect is, without what differs from task to task. */
function nameOf(effect: Effect): string {
  if (effect.kind === 'decide') return `decide ${effect.action}`;
  return effect.kind === 'show' ? `show ${effect.surface}` : effect.kind;
}

/** The key of the effect whose outcome is appended. */
function settledBy({ events }: Append): string | null {
  const [first] = events;
  if (first?.type === 'effect.failed') return String(first.data.key);
  return first?.settles?.key ?? null;
}
