/** Nothing that was written can change, vanish or come in between unseen. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/event.ts';
import { canonical, GENESIS, hashOf, verdictBeside, verifyStream } from '../../src/engine/chain.ts';
import { readHistory, streamsOf } from '../histories/history.ts';

let events: StoredEvent[];
beforeAll(async () => {
  const audit = await readHistory('canceled');
  const [stream] = await streamsOf(audit);
  if (!stream) throw new Error('the history is empty');
  events = await Array.fromAsync(audit.events(stream));
});

/** One event of the list, changed. */
const changed = (at: number, change: (event: StoredEvent) => StoredEvent) =>
  events.map((event, index) => (index === at ? change(structuredClone(event)) : event));

const sealed = (event: StoredEvent): StoredEvent => {
  const { hash: _, ...unsealed } = event;
  return { ...unsealed, hash: hashOf(unsealed) };
};

it('verifies what was recorded, up to its head', async () => {
  expect(await verifyStream(events)).toMatchObject({
    ok: true,
    events: events.length,
    head: events.at(-1)?.hash,
  });
  expect(await verifyStream([])).toEqual({ ok: true, events: 0, head: GENESIS, at: null });
});

/** Every place in a value that can be another: [path, a copy with another value there]. */
function* alterations(value: unknown, path: string): Generator<[string, unknown]> {
  if (typeof value === 'string') yield [path, `${value} `];
  else if (typeof value === 'number') yield [path, value + 1];
  else if (typeof value === 'boolean') yield [path, !value];
  else if (value === null) yield [path, ''];
  else if (Array.isArray(value)) {
    yield [`${path}[]`, [...value, 'more']];
    for (const [index, item] of value.entries())
      for (const [where, other] of alterations(item, `${path}.${index}`))
        yield [where, value.with(index, other)];
  } else {
    yield [`${path}.more`, { ...(value as object), more: null }];
    for (const [name, item] of Object.entries(value as object)) {
      const { [name]: _, ...less } = value as Record<string, unknown>;
      yield [`${path}.${name} removed`, less];
      for (const [where, other] of alterations(item, `${path}.${name}`))
        yield [where, { ...(value as object), [name]: other }];
    }
  }
}

describe('a tampered event is the first bad one', () => {
  it('whatever is changed, added or removed in it', async () => {
    const at = events.findIndex(event => event.type === 'policy.decided' && event.settles !== null);
    const places: string[] = [];
    for (const [place, other] of alterations(events[at], 'event')) {
      const verdict = await verifyStream(events.with(at, other as StoredEvent));
      expect([place, verdict.ok, verdict.ok || verdict.seq]).toEqual([place, false, at + 1]);
      places.push(place);
    }
    // Every field of the envelope was among them, and the depths of the data.
    for (const field of Object.keys(events[at] ?? {}))
      expect(places.some(place => place.startsWith(`event.${field}`))).toBe(true);
    expect(places).toContain('event.data.decision.outcome');
  });

  it('wherever it stands', async () => {
    for (const at of events.keys()) {
      const forged = changed(at, event => ({ ...event, actor: { kind: 'github' }, v: 2 }));
      expect(await verifyStream(forged)).toEqual({
        ok: false,
        seq: at + 1,
        problem: `event ${at + 1} is not what was written`,
      });
    }
  });

  it('and where it was sealed again, the one after it does not follow', async () => {
    for (const at of events.keys()) {
      if (at === events.length - 1) continue;
      const forged = changed(at, event => sealed({ ...event, v: 2 }));
      expect(await verifyStream(forged)).toMatchObject({
        ok: false,
        seq: at + 2,
        problem: `event ${at + 2} does not follow the event before it`,
      });
    }
  });
});

describe('the order is part of what was written', () => {
  it('a removed event is missed at its place', async () => {
    for (const at of events.keys()) {
      if (at === events.length - 1) continue;
      expect(await verifyStream(events.toSpliced(at, 1))).toEqual({
        ok: false,
        seq: at + 1,
        problem: `event ${at + 1} is missing: ${at + 2} stands there`,
      });
    }
  });

  it('a removed event is missed even where the others are numbered anew', async () => {
    const forged = events.toSpliced(5, 1).map((event, index) => ({ ...event, seq: index + 1 }));
    expect(await verifyStream(forged)).toMatchObject({ ok: false, seq: 6 });
  });

  it('two swapped events are found at the first of them', async () => {
    const [first, second] = events.slice(7, 9);
    if (!first || !second) throw new Error('the history is too short');
    expect(await verifyStream(events.toSpliced(7, 2, second, first))).toMatchObject({ seq: 8 });
    const numbered = [
      { ...second, seq: 8 },
      { ...first, seq: 9 },
    ];
    expect(await verifyStream(events.toSpliced(7, 2, ...numbered))).toMatchObject({ seq: 8 });
  });

  it('an inserted event, well sealed and well placed, is found after itself', async () => {
    const before = events[10];
    if (!before) throw new Error('the history is too short');
    const more = sealed({ ...before, seq: 12, prev: before.hash });
    const forged = [...events.slice(0, 11), more, ...events.slice(11)];
    expect(await verifyStream(forged)).toMatchObject({ ok: false, seq: 13 });
  });
});

it('is over JSON with sorted keys, so that the order of keys says nothing', () => {
  const [event] = events;
  if (!event) throw new Error('the history is empty');
  const { hash, ...unsealed } = event;
  const reversed = Object.fromEntries(Object.entries(unsealed).reverse());
  expect(hashOf(reversed as typeof unsealed)).toBe(hash);
  expect(canonical({ b: [1, { d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[1,{"c":2,"d":1}]}');
  expect(() => canonical(undefined)).toThrow('no JSON');
});

it('verifies thousands of events a second', async () => {
  const began = performance.now();
  const rounds = 40;
  for (let round = 0; round < rounds; round++) await verifyStream(events);
  const perSecond = (events.length * rounds) / ((performance.now() - began) / 1000);
  // Measured: 20,000 to 40,000 on one core; the rest is room for a busy machine.
  expect(perSecond).toBeGreaterThan(4_000);
});

it('a stream that was cut at its end is whole by itself, and not beside the head that is kept', async () => {
  const version = events.length;
  const hash = events.at(-1)?.hash ?? '';
  const whole = await verifyStream(events);
  expect(verdictBeside(whole, { version, hash })).toEqual(whole);
  expect(verdictBeside(await verifyStream(events.slice(0, -2)), { version, hash })).toEqual({
    ok: false,
    seq: version - 1,
    problem: `event ${version - 1} and what follows is missing`,
  });
  expect(verdictBeside(whole, { version, hash: GENESIS })).toEqual({
    ok: false,
    seq: version,
    problem: `event ${version} is not the head that is kept`,
  });
});
