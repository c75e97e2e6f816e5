/** An event that no delivery brought is found on GitHub, once, and is followed like every delivery. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Repository } from '../../../src/core/actor.ts';
import type { CommandCall } from '../../../src/core/trigger.ts';
import { receive } from '../../../src/engine/intake/receive.ts';
import type {
  Activity,
  Installed,
  MissedEvent,
  MissedEvents,
  UnreportedPull,
} from '../../../src/engine/ports/github-record.ts';
import { nextPace } from '../../../src/engine/reconcile/intervals.ts';
import { findMissedEvents } from '../../../src/engine/reconcile/missed-events.ts';
import { MONA, REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
});
afterAll(() => services.close());

const MINUTE = 60_000;
const ago = (ms: number) => new Date(Date.now() - ms);
let installed: Installed;
let missed: MissedEvent[] = [];
let asked: { repository: number; since: Date }[] = [];
let told: string[] = [];
let failing = new Set<number>();
let skipped: MissedEvents['skipped'];
let lacking: UnreportedPull[];
/** What GitHub tells of each repository; of none at first, so that each is looked through. */
let activity: (installed: Installed, pulls: ReadonlyMap<number, number[]>) => Map<number, Activity>;
beforeEach(() => {
  installed = { id: 7, since: ago(30 * 86_400_000), repositories: [REPOSITORY] };
  missed = [];
  asked = [];
  told = [];
  failing = new Set();
  skipped = [];
  lacking = [];
  activity = () => new Map();
});

const newRound = (logger = services.logger) =>
  findMissedEvents({
    ...services,
    logger,
    graceMs: undefined,
    github: {
      ...services.github,
      facts: { ...services.github.facts, requiresOurs: async () => true },
      record: {
        ...services.github.record,
        async *installations() {
          yield installed;
        },
        activity: async (...of) => activity(...of),
        unreported: async () => new Map([[REPOSITORY.id, lacking]]),
        async missedEvents({ id }, since) {
          asked.push({ repository: id, since });
          if (failing.has(id)) throw new Error('GitHub is not well');
          return { events: missed, skipped };
        },
      },
    },
    delivered: async guid => void told.push(guid),
  });
const signal = new AbortController().signal;

let ids = 1_000;
const comment = (id = ++ids): CommandCall => ({
  kind: 'command',
  key: `issue_comment:${id}`,
  once: true,
  commands: [{ name: 'help', text: '' }],
  label: null,
  said: null,
  by: { ...MONA, type: 'User' },
  repository: REPOSITORY,
  issue: 1,
  isPull: false,
  target: { kind: 'issue_comment', number: 1, id },
});
function label(issue: number): CommandCall {
  const { once: _, ...call } = comment();
  const key = `label:${REPOSITORY.id}:${issue}:agent:fix`;
  return { ...call, key, label: 'agent:fix', issue, target: { kind: 'issue', number: issue } };
}
/** In these tests payloads are triggers already. */
const happened = (payload: CommandCall, at: Date | null = ago(5 * MINUTE)) =>
  missed.push({ event: 'test', payload, at });

async function deliver(trigger: CommandCall): Promise<string> {
  const guid = randomUUID();
  const body = Buffer.from(JSON.stringify({ ...trigger, unlike: guid }));
  await services.deliveries.receive({ guid, event: 'test', body });
  return guid;
}

describe('a round', () => {
  it('goes on past what can not be read, and says so once', async () => {
    skipped = [{ what: 'the labels of issues', problem: 'Issues are disabled for this repo' }];
    happened(comment());
    const said: unknown[] = [];
    const warn = (fields: unknown) => void said.push(fields);
    const round = newRound({ ...services.logger, warn });
    expect(await round(signal)).toBe(1);
    expect(await round(signal)).toBe(0);
    // Another process finds it told already.
    await newRound({ ...services.logger, warn })(signal);
    expect(said).toEqual([{ repository: 'acme/library', ...skipped[0] }]);
  });

  it('stores what nobody told of, once, however often it is looked at', async () => {
    happened(comment());
    const round = newRound();
    expect(await round(signal)).toBe(1);
    expect(told).toHaveLength(1);
    // Another process, which remembers nothing.
    expect(await newRound()(signal)).toBe(0);
    await receive(services, told[0] ?? '');
    expect(await services.deliveries.find(told[0] ?? '')).toMatchObject({ state: 'handled' });
    expect(await round(signal)).toBe(0);
  });

  it('takes up a few heads of forks at a time, those that have stood longest first', async () => {
    const heads = Array.from({ length: 8 }, (_, n) => ++ids + n);
    lacking = heads.map((id, n) => ({
      base: 'main',
      fork: n !== 7,
      event: { event: 'test', payload: comment(id), at: ago((n + 5) * MINUTE) },
    }));
    const round = newRound();
    expect(await round(signal)).toBe(6);
    const bodies = await Promise.all(told.map(guid => services.deliveries.find(guid)));
    const keys = bodies.map(found => JSON.parse(`${found?.body}`).found.key);
    expect(keys).toEqual(
      heads
        .toReversed()
        .slice(0, 6)
        .map(id => `issue_comment:${id}`),
    );
    expect(await round(signal)).toBe(2);
  });

  it('leaves alone what a delivery told, whether it was followed already or is under way', async () => {
    const [followed, underWay] = [comment(), comment()];
    happened(followed);
    happened(underWay);
    await receive(services, await deliver(followed));
    await deliver(underWay);
    expect(await newRound()(signal)).toBe(0);
    expect(told).toEqual([]);
  });

  it('takes a label that was put again after the last delivery about it', async () => {
    const put = label(++ids);
    await receive(services, await deliver(put));
    happened(put, ago(-10 * MINUTE));
    // It is too fresh: its own delivery may be on its way.
    expect(await newRound()(signal)).toBe(0);
    const late = { ...services.clock, now: () => new Date(Date.now() + 20 * MINUTE) };
    services = { ...services, clock: late };
    expect(await newRound()(signal)).toBe(1);
    services = { ...services, clock: { now: () => new Date() } };
  });

  it('leaves to deliveries what may still come, and what starts nothing', async () => {
    happened(comment(), ago(1_000));
    missed.push({
      event: 'test',
      payload: { ignored: 'bot', problem: 'It is a bot.' },
      at: ago(5 * MINUTE),
    });
    expect(await newRound()(signal)).toBe(0);
  });

  it('ends where the process ends', async () => {
    happened(comment());
    await expect(newRound()(AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping');
  });
});

describe('how far it looks', () => {
  it('three days at first, never to before the installation, then from the last round on', async () => {
    const round = newRound();
    await round(signal);
    await round(signal);
    const [first, second] = asked.map(({ since }) => Date.now() - since.getTime());
    expect(first).toBeCloseTo(3 * 86_400_000, -5);
    expect(second).toBeCloseTo(10 * MINUTE, -5);
    installed = { ...installed, since: ago(MINUTE) };
    await newRound()(signal);
    expect(asked.at(-1)?.since).toEqual(installed.since);
  });

  it('does not skip what could not be read, nor wait for it', async () => {
    const other: Repository = { ...REPOSITORY, id: 43 };
    installed = { ...installed, repositories: [REPOSITORY, other] };
    failing.add(REPOSITORY.id);
    const round = newRound();
    await round(signal);
    failing.clear();
    await round(signal);
    const spans = asked.map(({ repository, since }) => [
      repository,
      Math.round((Date.now() - since.getTime()) / MINUTE),
    ]);
    expect(spans).toEqual([
      [REPOSITORY.id, 3 * 24 * 60],
      [43, 3 * 24 * 60],
      [REPOSITORY.id, 3 * 24 * 60],
      [43, 10],
    ]);
  });

  it('takes turns among many repositories, so that GitHub’s limit is kept', async () => {
    const repositories = Array.from({ length: 100 }, (_, n) => ({ ...REPOSITORY, id: 500 + n }));
    installed = { ...installed, repositories };
    const round = newRound();
    await round(signal);
    expect(asked).toHaveLength(40);
    await round(signal);
    await round(signal);
    expect(new Set(asked.map(({ repository }) => repository)).size).toBe(100);
  });
});

describe('where it looks', () => {
  const many = Array.from({ length: 5 }, (_, n) => ({ ...REPOSITORY, id: 600 + n }));
  /** What was changed so long ago in each repository, in turn; null: nothing ever. */
  let changed: (number | null)[];
  const start = Date.now();
  const lookAt = async (round: ReturnType<typeof newRound>): Promise<number[]> => {
    asked = [];
    await round(signal);
    return asked.map(({ repository }) => repository - 600).sort();
  };
  beforeEach(() => {
    installed = { ...installed, repositories: many };
    const LONG = 10 * 86_400_000;
    changed = [LONG, LONG, LONG, null, LONG];
    activity = () =>
      new Map(
        many.map(({ id }, n) => {
          const ms = changed[n] ?? null;
          return [
            id,
            { newest: ms === null ? null : new Date(start - ms), openPulls: 0, checks: '' },
          ];
        }),
      );
  });

  it('is where something changed, and one other in turn', async () => {
    const round = newRound();
    changed[2] = 60 * MINUTE;
    expect(await lookAt(round)).toEqual([0, 2]);
    expect(await lookAt(round)).toEqual([1]);
    changed[4] = 30 * MINUTE;
    changed[3] = 20 * MINUTE;
    expect(await lookAt(round)).toEqual([2, 3, 4]);
    expect(await lookAt(round)).toEqual([3]);
    expect(await lookAt(round)).toEqual([4]);
    expect(await lookAt(round)).toEqual([0]);
  });

  it('is once what changed a moment ago has had the time to be delivered', async () => {
    const round = newRound();
    changed[3] = 0;
    expect(await lookAt(round)).toEqual([0]);
    // Whatever changes all the time is looked at all the same, and then once more.
    expect(await lookAt(round)).toEqual([1, 3]);
    expect(await lookAt(round)).toEqual([2]);
    changed[3] = 5 * MINUTE;
    expect(await lookAt(round)).toEqual([3]);
    expect(await lookAt(round)).toEqual([4]);
  });

  it('is everywhere while GitHub tells nothing, and where it leaves one out', async () => {
    const round = newRound();
    const all = activity;
    activity = () => {
      throw new Error('GitHub is not well');
    };
    expect(await lookAt(round)).toEqual([0, 1, 2, 3, 4]);
    activity = (...of) => new Map([...all(...of)].filter(([id]) => id !== 604));
    await lookAt(round);
    await lookAt(round);
    expect(await lookAt(round)).toContain(4);
  });
});

describe('how often it looks', () => {
  it('is less and less while nothing is missed, and as at first once something was', () => {
    const pace = { everyMs: 2, slowestMs: 10 };
    expect([2, 4, 8, 10].map(ms => nextPace(ms, 0, pace))).toEqual([4, 8, 10, 10]);
    expect(nextPace(10, 1, pace)).toBe(2);
  });
});
