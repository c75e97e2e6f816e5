/** One look through the repositories of an installation, for what no delivery brought. */
import type { Repository } from '../../core/actor.ts';
import { digestOf } from '../chain.ts';
import type { Dependencies, Meaning } from '../dependencies.ts';
import type {
  Installed,
  MissedEvent,
  MissedEvents,
  UnreportedPull,
} from '../ports/github-record.ts';
import {
  type ChosenRepository,
  chooseRepositories,
  isSince,
  type PollMemory,
} from './choose-repositories.ts';
import { requiringOurs } from './unreported-pulls.ts';

/** What is older was missed for good: nobody expects work on it any more. */
const OLDEST_MS = 3 * 86_400_000;
/** Looked at again each time: more than the grace, and than GitHub's lists lag behind. */
const OVERLAP_MS = 10 * 60_000;
/** How far GitHub's clock and the database's may differ. */
const CLOCKS_MS = 2 * 60_000;
const MOST = 500;
/** Heads of forks in one repository that are taken up in one look: the others stand until the next. */
const MOST_OF_FORKS = 5;

export type LookParts = Pick<
  Dependencies,
  'github' | 'deliveries' | 'tasks' | 'clock' | 'logger' | 'observe'
> & {
  delivered: (guid: string, repository: number | null) => Promise<void>;
};

/** `graceMs`: for how long a delivery may still come by itself. */
type Look = {
  installed: Installed;
  memory: PollMemory;
  pulls: ReadonlyMap<number, number[]>;
  graceMs: number;
  signal: AbortSignal;
};

export async function lookThroughAll(parts: LookParts, look: Look): Promise<number> {
  const { clock, logger } = parts;
  const { installed, memory, pulls, graceMs, signal } = look;
  const { looked } = memory;
  let found = 0;
  const start = clock.now().getTime();
  const oldest = new Date(Math.max(start - OLDEST_MS, installed.since.getTime()));
  const times = { pulls, oldest, fresh: new Date(start - graceMs) };
  const all = await chooseRepositories(parts, memory, installed, times);
  const unreported = unreportedIn(parts, all);
  for (const chosen of all) {
    signal.throwIfAborted();
    const { repository, activity } = chosen;
    const before = looked.get(repository.id);
    const now = clock.now().getTime();
    const span = { since: before?.since ?? oldest, until: new Date(now - graceMs) };
    try {
      found += await lookThrough(parts, chosen, span, unreported);
      // A check that ended a moment ago is looked at once more: its delivery may be under way.
      const settled =
        activity !== null &&
        !isSince(activity, times.fresh) &&
        (!before?.activity || before.activity.checks === activity.checks);
      const since = new Date(Math.max(now - OVERLAP_MS, installed.since.getTime()));
      looked.set(repository.id, { since, activity, settled });
    } catch (error) {
      // The others do not wait for it; it is looked through from the same time at the next poll.
      const { owner, name } = repository;
      logger.warn({ err: error, repository: `${owner}/${name}` }, 'not looked through');
    }
  }
  return found;
}

type Unreported = Promise<ReadonlyMap<number, UnreportedPull[]>>;

/** One question for all of them: where it fails, each that may have some is looked through again. */
function unreportedIn({ github }: LookParts, chosen: ChosenRepository[]): Unreported {
  const asked = github.record.unreported(
    chosen.filter(mayBeUnreported).map(({ repository }) => repository),
  );
  asked.catch(() => {});
  return asked;
}

const mayBeUnreported = ({ activity }: ChosenRepository): boolean => activity?.openPulls !== 0;

/** What happened after `until` may still be brought by its delivery. */
type Span = { since: Date; until: Date };

async function lookThrough(
  parts: LookParts,
  chosen: ChosenRepository,
  span: Span,
  unreported: Unreported,
): Promise<number> {
  const { github } = parts;
  const { repository, pulls } = chosen;
  let found = 0;
  let underWay: Set<string> | null = null;
  const { events, skipped } = await github.record.missedEvents(repository, span.since, pulls);
  for (const one of skipped) await tellOnce(parts, repository, one);
  const lacking = mayBeUnreported(chosen) ? ((await unreported).get(repository.id) ?? []) : [];
  const required = await requiringOurs(github.facts, repository, lacking);
  const take = async (missedEvent: MissedEvent): Promise<boolean> => {
    const key = await missed(parts, missedEvent, span.until);
    if (key === null) return false;
    underWay ??= await keysUnderWay(parts);
    if (underWay.has(key) || !(await takeUp(parts, missedEvent, key))) return false;
    found += 1;
    return true;
  };
  for (const missedEvent of events) await take(missedEvent);
  let forks = 0;
  for (const { fork, event } of required) {
    const isBeyond = fork && forks >= MOST_OF_FORKS;
    if (!isBeyond && (await take(event)) && fork) forks += 1;
  }
  return found;
}

/** What can't be read stands among the deliveries as one that failed, once, however many processes meet it. */
async function tellOnce(
  { deliveries, logger }: LookParts,
  { id, owner, name }: Repository,
  { what, problem }: MissedEvents['skipped'][number],
): Promise<void> {
  const repository = `${owner}/${name}`;
  const guid = `skipped-${digestOf(`${id} ${what} ${problem}`).slice(7, 39)}`;
  const body = Buffer.from(JSON.stringify({ skipped: { repository, what, problem } }));
  if ((await deliveries.receive({ guid, event: 'look_through', body, via: 'search' })) !== 'stored')
    return;
  await deliveries.settle(guid, 'failed', `${repository}: ${what} could not be read: ${problem}`);
  logger.warn({ repository, what, problem }, 'skipped');
}

/** What it is about, where no delivery about it was followed; `null` where there is nothing to do. */
async function missed(
  parts: LookParts,
  missedEvent: MissedEvent,
  until: Date,
): Promise<string | null> {
  const { github, deliveries } = parts;
  const { event, payload, at } = missedEvent;
  if (at && at > until) return null;
  const key = keyOf(await github.meaningOf(event, payload));
  if (key === null) return null;
  const since = at && new Date(at.getTime() - CLOCKS_MS);
  return (await deliveries.settledSince(key, since)) ? null : key;
}

/** What is stored and not followed yet. */
async function keysUnderWay({ deliveries, github }: LookParts): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const guid of await deliveries.unsettled(0, MOST)) {
    const delivery = await deliveries.find(guid);
    if (!delivery?.body) continue;
    const payload = JSON.parse(delivery.body.toString('utf8'));
    const key = keyOf(await github.meaningOf(delivery.event, payload));
    if (key !== null) keys.add(key);
  }
  return keys;
}

const keyOf = (meaning: Meaning): string | null =>
  'ignored' in meaning ? null : meaning.trigger.key;

async function takeUp(
  { deliveries, delivered, logger, observe }: LookParts,
  { event, payload, at }: MissedEvent,
  key: string,
): Promise<boolean> {
  const guid = `found-${digestOf(`${key} ${at?.toISOString() ?? ''}`).slice(7, 39)}`;
  const received = await deliveries.receive({
    guid,
    event,
    via: 'search',
    // The note of how it was found makes the body differ from every delivery's.
    body: Buffer.from(JSON.stringify({ ...payload, found: { key, at } })),
  });
  if (received !== 'stored') return false;
  logger.info({ delivery: guid, event, key }, 'an event that no delivery brought was found');
  observe({ type: 'delivery_found', in: 'repository' });
  await delivered(guid, null);
  return true;
}
