/** The API over a log into which the recorded histories were written, on a server of its own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openApi } from '../../src/compose/http/api.ts';
import type { AskDoctor, ControlServices } from '../../src/control/control-services.ts';
import { createLiveStreams } from '../../src/control/live/live-streams.ts';
import type { SessionViewer } from '../../src/control/who-asks.ts';
import type { PolicyDecision } from '../../src/core/decision.ts';
import type { Folded } from '../../src/core/fold.ts';
import type { StreamRef } from '../../src/core/stream.ts';
import { createToken } from '../../src/engine/access/tokens.ts';
import { digestOf } from '../../src/engine/chain.ts';
import type { TokenGrant } from '../../src/engine/ports/machine-tokens.ts';
import { allRows } from '../../src/engine/rows/projections.ts';
import { fold, STATE_VERSION, start } from '../../src/engine/streams.ts';
import { openServices, type TestServices } from '../engine/test-services.ts';
import { HISTORIES, readHistory, streamsOf } from '../histories/history.ts';

/** The repository of each recorded task, by the name of its history. */
export const RECORDED = {
  canceled: 'acme/canceled',
  failed: 'acme/failed',
  'full-walk': 'acme/sandglass',
  refused: 'acme/refused',
};

export type Place = {
  services: TestServices & Pick<ControlServices, 'live'>;
  /** By the name of its history. */
  tasks: ReadonlyMap<string, string>;
  url: string;
  close(): Promise<void>;
};

export async function openPlace(
  session: SessionViewer = async () => null,
  doctor: AskDoctor | null = null,
): Promise<Place> {
  const opened = await openServices();
  // What seeded tasks would do next is nobody's.
  const live = createLiveStreams(opened.hints);
  const services = { ...opened, live, queue: { ...opened.queue, add: async () => {} } };
  const tasks = new Map<string, string>();
  for (const name of HISTORIES) {
    const audit = await readHistory(name);
    for (const stream of await streamsOf(audit)) {
      await seed(services, audit, stream);
      if (stream.kind === 'task') tasks.set(name, stream.id);
    }
  }
  const config = { hooks: { perToken: 0, perAddress: 0, proxies: 0 } };
  const people = { session, seenBy: null, publicUrl: () => 'https://gatehouse.example' };
  const api = openApi(config, services, people, doctor);
  const server = createServer((request, response) => void api(request, response));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return {
    services,
    tasks,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await services.close();
    },
  };
}

/** Writes a recorded stream and what its decisions rest on, as the engine would have. */
async function seed(
  { log, artifacts }: TestServices,
  audit: Awaited<ReturnType<typeof readHistory>>,
  stream: StreamRef,
): Promise<void> {
  const events = await Array.fromAsync(audit.events(stream));
  let folded: Folded<unknown> = start(stream.kind);
  for (const event of events) {
    folded = fold(folded, event);
    if (event.type !== 'policy.decided') continue;
    const { policyDigest, factsDigest } = event.data.decision as PolicyDecision;
    for (const digest of [policyDigest, factsDigest]) {
      const text = (await audit.content(digest)) ?? '';
      if (digestOf(text) === digest) await artifacts.put(text, 'proof');
    }
  }
  const appended = await log.append({
    stream,
    expected: 0,
    events,
    folded: { stateVersion: STATE_VERSION, folded },
    open: [],
    ...allRows(stream, folded, events),
    fence: null,
  });
  if (appended.outcome !== 'appended') throw new Error(`${stream.id}: ${appended.outcome}`);
}

export async function tokenFor(
  { services }: Pick<Place, 'services'>,
  over: Partial<TokenGrant> = {},
): Promise<string> {
  const grant = {
    project: 'dashboards',
    repositories: Object.values(RECORDED).map(name => ({ name, alias: null })),
    commands: ['fix'],
    trusted: true,
    reads: true,
    expiresAt: new Date(Date.now() + 3_600_000),
    ...over,
  };
  const by = { kind: 'operator' as const, name: 'test' };
  return (await createToken(services, grant, by)).text;
}

/** Asks as the holder of a token; the body read as JSON. */
export async function ask(
  url: string,
  token: string,
  init: RequestInit & { headers?: Record<string, string> } = {},
) {
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  const response = await fetch(url, { ...init, headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: text === '' ? null : JSON.parse(text),
  };
}
