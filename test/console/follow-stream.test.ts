/** A stream is opened again where the browser gives it up, from where it was, and ends with the page. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followStream } from '../../src/console/live/follow-stream.ts';

/** What Node lacks: a connection as a browser has it, which the test loses and ends. */
class Connection extends EventTarget {
  static readonly CLOSED = 2;
  static opened: Connection[] = [];
  readyState = 1;
  readonly url: string;
  constructor(url: URL) {
    super();
    this.url = url.href;
    Connection.opened.push(this);
  }
  close() {
    this.readyState = Connection.CLOSED;
  }
  fail(readyState: number) {
    this.readyState = readyState;
    this.dispatchEvent(new Event('error'));
  }
}

/** The tab, as the browser tells of it. */
class Tab extends EventTarget {
  visibilityState: 'visible' | 'hidden' = 'visible';
  turn(state: 'visible' | 'hidden') {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}
let tab: Tab;

beforeEach(() => {
  vi.useFakeTimers();
  tab = new Tab();
  vi.stubGlobal('EventSource', Connection);
  Connection.opened = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('goes on from where it was, however often it is refused, until it is left', () => {
  let last = 0;
  const listen = vi.fn();
  const address = () => new URL(`http://127.0.0.1/stream?after=${last}`);
  const leave = followStream(address, listen, tab);
  const current = () => Connection.opened.at(-1);
  // The browser comes back by itself.
  current()?.fail(0);
  vi.advanceTimersByTime(60_000);
  expect(Connection.opened).toHaveLength(1);
  for (last = 1; last <= 2; last++) {
    current()?.fail(Connection.CLOSED);
    vi.advanceTimersByTime(60_000);
    expect(current()?.url).toBe(`http://127.0.0.1/stream?after=${last}`);
  }
  expect(listen.mock.calls.flat()).toEqual(Connection.opened);
  current()?.fail(Connection.CLOSED);
  leave();
  vi.advanceTimersByTime(60_000);
  expect(Connection.opened).toHaveLength(3);
});

it('holds no connection while nobody sees its tab, and goes on from where it was afterwards', () => {
  let last = 0;
  const leave = followStream(() => new URL(`http://127.0.0.1/stream?after=${last}`), vi.fn(), tab);
  const open = () => Connection.opened.filter(({ readyState }) => readyState === 1);
  expect(open()).toHaveLength(1);
  tab.turn('hidden');
  expect(open()).toHaveLength(0);
  last = 5;
  tab.turn('visible');
  expect(open().map(({ url }) => url)).toEqual(['http://127.0.0.1/stream?after=5']);
  // What was refused is not asked for while nobody looks either.
  open()[0]?.fail(Connection.CLOSED);
  tab.turn('hidden');
  vi.advanceTimersByTime(60_000);
  expect(open()).toHaveLength(0);
  leave();
  tab.turn('visible');
  expect(open()).toHaveLength(0);
});
