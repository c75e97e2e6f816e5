/**
 * The crash points: before and after every change through a port. Only calls that change nothing are
 * listed here, so that a new method, event or effect is a point automatically. Where one job makes
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

/** Called synchronously at each point that is passed; it may end the process. */
export type Pass = (point: string) => void;

/** Calls that are no points: they change nothing that outlives the process, or are made by a timer. */
const NO_CHANGE: Record<string, readonly string[]> = {
  log: ['recall', 'load', 'read', 'streams', 'grownSince', 'stale'],
  deliveries: ['due', 'find', 'settledSince', 'unknown', 'unsettled', 'withOldBody'],
  // Acquiring a lease is handled below; a lease that is not released expires by itself.
  leases: ['renew', 'holds', 'held', 'endsIn'],
  queue: ['consume', 'close'],
  artifacts: ['get', 'list', 'old'],
  workspaces: [
    'readFile',
    'listFolder',
    'findFiles',
    'join',
    'changedPaths',
    'compare',
    'remerge',
    'messages',
    'taskCommits',
    'prepared',
    'prepareKey',
    'runs',
  ],
  // Renewed by a timer, and settled by a poll where a worker was lost.
  ledger: ['renew', 'settleExpired', 'spentBy', 'untold', 'standing'],
  sandbox: ['probe'],
  github: ['commitMessage'],
};

/** The dependencies with their ports watched. Tasks and outbox are only read; appends write them. */
export function watchParts(deps: Dependencies, pass: Pass): Dependencies {
  const chain = createChain(pass);
  /** The name of every opened effect, by the name of its lease. */
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
      // The agent is told next, which is no change through a port.
      const atOnce = append.events.some(({ type }) => type === 'approval.used');
      return chain.change({ before, after: `after ${what}`, atOnce }, call);
    }),
    leases: around(deps.leases, async (method, args, call) => {
      if (NO_CHANGE.leases?.includes(method)) return call();
      if (method === 'release') return chain.change({}, call);
      if (method !== 'acquire') return watched('leases')(method, args, call);
      const [name = ''] = args as string[];
      const kind = name.split(':')[0];
      if (kind === 'effect') chain.begin();
      const epoch = await call();
      // Another process has the lease.
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
    webhooks: around(deps.webhooks, watched('webhooks')),
    ledger: around(deps.ledger, (method, args, call) => {
      if (method !== 'reserve') return watched('ledger')(method, args, call);
      return chain.change({ after: 'after ledger.reserve', atOnce: true }, call);
    }),
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
  /** Whether the point after the change is one by itself, even where another change follows. */
  atOnce?: boolean;
};

type Link = {
  /** A point that was reached and not yet reported; the next may be the same with a better name. */
  pending: string | null;
  /** Whether the last reported point is still the current one. */
  told: boolean;
};

/** The points that one job passes, whether it is done at once or taken from the queue. */
function createChain(pass: Pass) {
  const jobs = new AsyncLocalStorage<Link>();
  return {
    /** Begins another job, which looks up its delivery or claims its effect. */
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

/** The name of an effect without what differs between tasks. */
function nameOf(effect: Effect): string {
  if (effect.kind === 'decide') return `decide ${effect.action}`;
  return effect.kind === 'show' ? `show ${effect.surface}` : effect.kind;
}

/** The key of the effect whose outcome is appended, or `null`. */
function settledBy({ events }: Append): string | null {
  const [first] = events;
  if (first?.type === 'effect.failed') return String(first.data.key);
  return first?.settles?.key ?? null;
}
