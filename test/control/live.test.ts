/** Open pages are told what has grown: once, soon, only of what they may see, also after a break. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Viewer } from '../../src/control/viewer.ts';
import type { Hint } from '../../src/engine/ports/hints.ts';
import { openPlace, type Place } from './fixture.ts';

let place: Place;
const viewer = (id: number, ...repositories: number[]): Viewer => ({
  who: { kind: 'person', id, login: `person-${id}` },
  repositories: new Map(repositories.map(repository => [repository, 'read'])),
  roles: new Map(),
});
/** Repositories that nobody may see any more. */
const takenAway = new Set<number>();
beforeAll(async () => {
  place = await openPlace(async ({ headers }) => {
    const [id = 0, ...repositories] = String(headers['x-session']).split(' ').map(Number);
    return viewer(id, ...repositories.filter(repository => !takenAway.has(repository)));
  });
});
afterAll(() => place.close());

/** However busy the machine is. */
const soon = (look: () => unknown) => vi.waitFor(look, { timeout: 10_000 });

type Event = { id: string; event: string; data: Hint };

/** A page of this person, who may see these repositories. */
async function follow(session: string, last?: string) {
  const leave = new AbortController();
  const response = await fetch(`${place.url}/api/v1/events/stream`, {
    signal: leave.signal,
    headers: { 'x-session': session, ...(last && { 'last-event-id': last }) },
  });
  const events: Event[] = [];
  const read = async () => {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = new Map(
          text
            .slice(0, end)
            .split('\n')
            .map(line => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
        );
        text = text.slice(end + 2);
        const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
        if (id && event && data) events.push({ id, event, data: JSON.parse(data) });
      }
    }
  };
  // Leaving ends it with an error of its own.
  const ended = read().catch(() => {});
  return { response, events, ended, leave: () => leave.abort() };
}

const grow = (id: string, version: number, repository: number) =>
  place.services.hints.tell({ kind: 'task', id, version, repository });
const told = ({ events }: { events: Event[] }) =>
  events.map(({ data }) => `${data.id} ${data.version}`);

it('tells each page of the repositories that its person may see', async () => {
  const [both, one] = [await follow('1 5 6'), await follow('2 5')];
  expect(both.response.headers.get('content-type')).toBe('text/event-stream');
  expect(both.response.headers.get('cache-control')).toBe('no-store, no-transform');
  grow('a', 3, 6);
  grow('b', 1, 5);
  await soon(() => expect(told(both)).toEqual(['a 3', 'b 1']));
  await soon(() => expect(told(one)).toEqual(['b 1']));
  expect(both.events[0]).toMatchObject({ event: 'changed', data: { kind: 'task', repository: 6 } });
  both.leave();
  one.leave();
});

it('goes on after a break where it was, each hint once', async () => {
  let last: string | undefined;
  const all: string[] = [];
  for (let cut = 0; cut < 5; cut++) {
    const page = await follow('3 7', last);
    grow('c', cut * 2 + 1, 7);
    await soon(() => expect(told(page)).toContain(`c ${cut * 2 + 1}`));
    page.leave();
    await page.ended;
    all.push(...told(page));
    last = page.events.at(-1)?.id;
    // What comes between two connections is made up for.
    const other = await follow('4 7');
    grow('c', cut * 2 + 2, 7);
    await soon(() => expect(told(other)).toContain(`c ${cut * 2 + 2}`));
    other.leave();
  }
  const page = await follow('3 7', last);
  await soon(() => expect(told(page)).toContain('c 10'));
  page.leave();
  all.push(...told(page));
  expect(all).toEqual(Array.from({ length: 10 }, (_, n) => `c ${n + 1}`));
});

it('says that hints were missed where nobody knows which', async () => {
  for (const last of ['ffffffff-3', 'nonsense']) {
    const page = await follow('5 7', last);
    await soon(() => expect(page.events[0]?.event).toBe('missed'));
    page.leave();
  }
});

it('opens no more than some pages of one person', async () => {
  const pages = await Promise.all(Array.from({ length: 21 }, () => follow('6 5')));
  const statuses = pages.map(({ response }) => response.status).sort();
  expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), 429]);
  for (const page of pages) page.leave();
  await soon(async () => {
    const page = await follow('6 5');
    page.leave();
    expect(page.response.status).toBe(200);
  });
});

it('tells nothing more to whose access was taken away in mid-stream', async () => {
  const page = await follow('8 9 10');
  grow('9-a', 1, 9);
  await soon(() => expect(told(page)).toEqual(['9-a 1']));
  vi.setSystemTime(Date.now() + 11_000);
  try {
    // Whoever may see what they could is told on.
    grow('9-a', 2, 9);
    await soon(() => expect(told(page)).toEqual(['9-a 1', '9-a 2']));
    takenAway.add(9);
    vi.setSystemTime(Date.now() + 11_000);
    grow('9-a', 3, 9);
    grow('10-a', 1, 10);
    // It ends, and the browser comes again as who it is now.
    await page.ended;
    expect(told(page)).toEqual(['9-a 1', '9-a 2']);
    const again = await follow('8 9 10', page.events.at(-1)?.id);
    await soon(() => expect(told(again)).toEqual(['10-a 1']));
    again.leave();
  } finally {
    vi.useRealTimers();
    takenAway.clear();
  }
});

it('ends all pages when the process does, and each that comes after that at once', async () => {
  const page = await follow('7 5');
  place.services.live.end();
  await page.ended;
  const late = await follow('7 5');
  await late.ended;
  expect(late.events).toEqual([]);
});
