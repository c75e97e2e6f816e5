/**
 * Measures pages that are open: how soon all of them are told of an event that another process appended, what
 * memory they take in the process that serves them, and how fast webhooks are acknowledged beside them.
 */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStore, type Store } from '../../src/adapters/store/store.ts';
import { GATEHOUSE } from '../../src/core/actor.ts';
import { taskStream } from '../../src/core/stream.ts';
import { createHandle } from '../../src/engine/handle.ts';
import { openEnvironment, startCommand } from '../cli/environment.ts';
import { greenCheck, sha } from '../core/task/given.ts';
import { compared, type Figure, valued } from '../figures/figures.ts';
import { appendWalk, readingToken } from './console/seed.ts';
import { ownDatabase } from './own-database.ts';
import { processMemory } from './process-memory.ts';
import { alternate, percentile, timed } from './rounds.ts';
import { payload, request, SECRET } from './webhooks/payload.ts';

export const name = 'live';

const PAGES = 200;
/** One viewer has at most so many. */
const PAGES_OF_ONE = 20;
const EVENTS = 60;
const WEBHOOKS = 150;
const ROUNDS = 5;
/** What is told later is told never. Milliseconds. */
const HEARD_MS = 30_000;
/** Milliseconds between two events. */
const PACE_MS = 50;

/** An open page: what it was told, in the order in which it was. */
type Page = { toldAt: Map<number, number>; close(): void };

export async function measure(): Promise<Figure[]> {
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const url = await ownDatabase(closing);
    const store = await createStore({ url, log: () => {} });
    closing.unshift(store.close);
    const task = await appendWalk(store);
    const names = [(await store.tasks.find(task))?.repository ?? ''];
    const tokens = await Promise.all(
      Array.from({ length: PAGES / PAGES_OF_ONE }, () => readingToken(store, names)),
    );
    const environment = await openEnvironment();
    closing.unshift(environment.close);
    const limits = { GATEHOUSE_CALLS_PER_TOKEN: '0', GATEHOUSE_CALLS_PER_ADDRESS: '0' };
    const env = { ...environment.env, ...limits, DATABASE_URL: url, WEBHOOK_SECRET: SECRET };
    const serve = startCommand(['serve'], env);
    closing.unshift(serve.stop);
    await serve.says('http://');
    const open = () =>
      Promise.all(
        Array.from({ length: PAGES }, (_, n) =>
          openPage(`${environment.url}/api/v1/events/stream`, tokens[n % tokens.length] ?? ''),
        ),
      );
    const append = appender(store, task);
    const memory = async () =>
      (await processMemory(serve.child.pid ?? 0)).reduce((sum, { bytes }) => sum + bytes, 0);
    // What is loaded and compiled by the first pages is no page's own.
    for (const page of await open()) page.close();
    const before = await memory();
    const pages = await open();
    const latencies: number[] = [];
    for (let n = 0; n < EVENTS; n++) {
      const began = performance.now();
      const version = await append();
      await sleep(PACE_MS);
      latencies.push(...(await Promise.all(pages.map(page => heardAfter(page, version, began)))));
    }
    const grown = (await memory()) - before;
    for (const page of pages) page.close();
    return [
      valued(`an event reaches ${PAGES} open pages, 95 of 100`, percentile(latencies, 0.95), 'ms', {
        most: 500,
      }),
      valued(`memory that ${PAGES} open pages add`, grown / 1e6, 'MB', { most: 50 }),
      await acknowledging(environment.port, open, append),
    ];
  } finally {
    for (const close of closing) await close();
  }
}

/** The same events are appended with pages and without: the pages alone make the difference. */
async function acknowledging(
  port: number,
  open: () => Promise<Page[]>,
  append: () => Promise<number>,
): Promise<Figure> {
  const at = `http://127.0.0.1:${port}/api/github/webhooks`;
  const send = async () => {
    let isOver = false;
    const appending = (async () => {
      while (!isOver) await Promise.all([append(), sleep(PACE_MS)]);
    })();
    const times: number[] = [];
    for (let n = 0; n < WEBHOOKS; n++) times.push(await timed(() => deliver(at, n)));
    isOver = true;
    await appending;
    return percentile(times, 0.95);
  };
  const { ours, plain } = await alternate(
    ROUNDS,
    async () => {
      const pages = await open();
      const p95 = await send();
      for (const page of pages) page.close();
      return p95;
    },
    send,
  );
  return compared(
    `a webhook is acknowledged beside ${PAGES} open pages, 95 of 100`,
    { value: ours, unit: 'ms', baseline: plain },
    { most: 1.5 },
  );
}

/** A delivery that Gatehouse stores, and of which nothing comes. */
async function deliver(at: string, n: number): Promise<void> {
  const body = payload(n);
  const [head = ''] = request('/', body).toString().split('\r\n\r\n');
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map(line => line.split(': ') as [string, string])
      .filter(([name]) => name.startsWith('x-') || name === 'content-type'),
  );
  const given = { ...headers, 'x-github-event': 'star' };
  const response = await fetch(at, { method: 'POST', body, headers: given });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

async function openPage(address: string, token: string): Promise<Page> {
  const asked = get(address, { headers: { authorization: `Bearer ${token}` }, agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${address}: ${response.statusCode}`);
  const toldAt = new Map<number, number>();
  response.setEncoding('utf8').on('data', (text: string) => {
    for (const [, version] of text.matchAll(/"version":(\d+)/g))
      toldAt.set(Number(version), performance.now());
  });
  response.on('error', () => {});
  asked.on('error', () => {});
  return { toldAt, close: () => asked.destroy() };
}

/** A page is told of the latest event alone where `serve` itself adds one right after it. */
async function heardAfter({ toldAt }: Page, version: number, began: number): Promise<number> {
  while (performance.now() - began < HEARD_MS) {
    const told = [...toldAt].find(([of]) => of >= version);
    if (told) return told[1] - began;
    await sleep(5);
  }
  throw new Error(`an open page was not told of event ${version} within ${HEARD_MS} ms`);
}

/** Appends one event; the version that it has made. */
function appender(store: Store, id: string) {
  const handle = createHandle({
    ...store,
    redact: text => text,
    clock: { now: () => new Date() },
    random: () => 0.5,
    appended: async () => {},
  });
  return async (): Promise<number> => {
    const handled = await handle({
      stream: taskStream(id),
      command: greenCheck(sha('c')),
      actor: GATEHOUSE,
    });
    if (!handled.ok) throw new Error(handled.refusal.message);
    return handled.folded.version;
  };
}
