/** What reads for long: it stands in line, and ends with whoever asked, and with what they may see. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAnchorsSeen } from '../../src/control/audit/anchors-seen.ts';
import { lineStream } from '../../src/control/audit/ndjson.ts';
import { type ApiAnswer, found } from '../../src/control/endpoint.ts';
import { eventStream } from '../../src/control/event-stream.ts';
import { endLate } from '../../src/control/respond.ts';
import { inTurn } from '../../src/control/turns.ts';
import type { Viewer } from '../../src/control/viewer.ts';
import type { Anchor } from '../../src/core/checkpoint/anchor.ts';

function bodyOf(answer: ApiAnswer<unknown>): ReadableStream<Uint8Array> {
  if (!answer.ok || !('body' in answer) || !(answer.body instanceof ReadableStream))
    throw new Error('this is no stream');
  return answer.body;
}
const always = async () => true;

describe('in line for a proof', () => {
  it('nobody is read for who does not wait any more, and no more stand there than are answered', async () => {
    const first = Promise.withResolvers<ApiAnswer<string>>();
    const running = inTurn(new AbortController().signal, () => first.promise);
    const others = Array.from({ length: 7 }, () => {
      const gone = new AbortController();
      const read = vi.fn(async () => found('read'));
      return { gone, read, answer: inTurn(gone.signal, read) };
    });
    const late = () => inTurn(new AbortController().signal, async () => found('late'));
    expect(await late()).toMatchObject({ ok: false, problem: { status: 429, code: 'busy' } });
    others[0]?.gone.abort();
    // Whoever left makes room.
    const next = late();
    first.resolve(found('first'));
    expect(await running).toMatchObject({ value: 'first' });
    expect(await next).toMatchObject({ value: 'late' });
    await Promise.all(others.map(({ answer }) => answer));
    expect(others.map(({ read }) => read.mock.calls.length)).toEqual([0, 1, 1, 1, 1, 1, 1]);
  });
});

describe('the anchors of a repository', () => {
  const repository = { id: 42, owner: 'acme', name: 'library', installation: 7 };
  const waits = () => new AbortController().signal;
  const NONE: Anchor[] = [];

  it('are read once, though whoever asked first has gone before they came', async () => {
    const come = Promise.withResolvers<void>();
    const reads = vi.fn(async function* () {
      await come.promise;
      yield* NONE;
    });
    const seen = createAnchorsSeen({ anchors: reads }, { now: () => new Date() });
    const gone = new AbortController();
    const first = seen(repository, gone.signal);
    gone.abort();
    await expect(first).rejects.toThrow('aborted');
    const second = seen(repository, waits());
    come.resolve();
    expect([await second, await seen(repository, waits())]).toEqual([[], []]);
    expect(reads).toHaveBeenCalledTimes(1);
    await expect(seen(repository, AbortSignal.abort())).rejects.toThrow('aborted');
  });

  it('are read anew where they could not be read, also where nobody waited any more', async () => {
    const fails = Promise.withResolvers<void>();
    const reads = vi.fn(async function* () {
      await fails.promise;
      yield* NONE;
    });
    const seen = createAnchorsSeen({ anchors: reads }, { now: () => new Date() });
    const gone = new AbortController();
    const asked = [seen(repository, gone.signal), seen(repository, waits())];
    gone.abort();
    fails.reject(new Error('It is away.'));
    const [first, second] = await Promise.allSettled(asked);
    expect(first).toMatchObject({ reason: { name: 'AbortError' } });
    expect(second).toMatchObject({ reason: { message: 'It is away.' } });
    reads.mockImplementation(async function* () {});
    expect(await seen(repository, waits())).toEqual([]);
  });
});

const person = (id: number): Viewer => ({
  who: { kind: 'person', id, login: `person-${id}` },
  repositories: new Map(),
  roles: new Map(),
});

describe('streams of events', () => {
  it('are so many for one person, whatever is followed, and others have theirs', () => {
    const gone = new AbortController();
    const follow = (id: number) =>
      eventStream({ viewer: person(id), gone: gone.signal, stands: always }, async stream => {
        while (await stream.wait(60_000));
      });
    const opened = Array.from({ length: 20 }, () => follow(1).ok);
    expect(new Set(opened)).toEqual(new Set([true]));
    expect(follow(1)).toMatchObject({ problem: { status: 429, code: 'too_many_streams' } });
    expect(follow(2).ok).toBe(true);
    gone.abort();
    expect(follow(1).ok).toBe(true);
  });
});

describe('what was asked for by somebody who has gone', () => {
  it('is not followed', async () => {
    const write = vi.fn(async () => {});
    const body = bodyOf(
      eventStream({ viewer: person(1), gone: AbortSignal.abort(), stands: always }, write),
    );
    const text = await new Response(body).text();
    expect([text.includes('event:'), write.mock.calls.length]).toEqual([false, 0]);
  });

  it('is ended where it comes late', async () => {
    const ended = Promise.withResolvers<string>();
    const body = new ReadableStream({ cancel: () => ended.resolve('ended') });
    endLate(Promise.resolve(new Response(body)));
    endLate(Promise.reject(new Error('nobody is told')));
    expect(await ended.promise).toBe('ended');
  });
});

describe('an export', () => {
  afterEach(() => void vi.useRealTimers());

  it('is sent line by line where somebody waits for each', async () => {
    async function* lines() {
      yield 'first\n';
      await new Promise(() => {});
    }
    const given = { name: 'verify.jsonl', stands: async () => true, eachAtOnce: true };
    const reader = bodyOf(lineStream(lines(), given)).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first\n');
  });

  it('is cut off where whoever reads it may not see it any more', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    let ended = false;
    async function* lines() {
      try {
        for (;;) {
          vi.setSystemTime(Date.now() + 1_000);
          yield `${'x'.repeat(1_000)}\n`;
        }
      } finally {
        ended = true;
      }
    }
    const stands = vi.fn(async () => stands.mock.calls.length < 3);
    const body = bodyOf(lineStream(lines(), { name: 'all.jsonl', stands }));
    await expect(new Response(body).text()).rejects.toThrow('may not see');
    expect([ended, stands.mock.calls.length]).toEqual([true, 3]);
  });
});
