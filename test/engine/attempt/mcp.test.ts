/** A role uses an MCP server: by the gateway, as policy says, with a credential that it never sees. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSimulated } from '../../../src/adapters/agents/simulated.ts';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { secretsOf } from '../../../src/compose/settings/secrets.ts';
import { redact } from '../../../src/core/redaction/redact.ts';
import type { DataOf } from '../../../src/core/task/state/state.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import type { AgentRequest } from '../../../src/engine/ports/agent.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { created, decided, ran } from '../../core/task/given.ts';
import { STARTER, sound } from '../../policy/starter.ts';
import { beginTask } from '../begin.ts';
import { REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';

const TOKEN = 'a token of no known shape';
/** The program makes it, so that it stands in no file. */
const MADE = "'ghp' + '_a1B2'.repeat(1) + 'a1B2'.repeat(8)";
const GITHUB_TOKEN = `ghp_${'a1B2'.repeat(9)}`;
let services: TestServices;
let folder = '';
const reached: { authorization: string | undefined; message: { params?: unknown } }[] = [];
const tracker = createServer(async (request, response) => {
  const { authorization } = request.headers;
  reached.push({ authorization, message: (await json(request)) as { params?: unknown } });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { you: authorization } }));
});
/** What the agent was started with. */
const requests: AgentRequest[] = [];

const RULES = `
@id("one-repository") @reason("Only issues of acme/widgets are read.")
forbid (principal, action == Action::"mcp.call", resource == Tool::"tracker/get_issue")
unless { resource.hasTag("repo") && resource.getTag("repo") == "acme/widgets" };
@id("comments-asked") @reason("A person reads a comment first.")
@approvers("a maintainer of the repository") @quorum("1")
forbid (principal, action == Action::"mcp.call", resource == Tool::"tracker/comment")
unless { context.approvals.maintainers >= 1 };`;
const NO_HOST = `
@id("no-loopback") @reason("Nothing on this machine is reached.")
forbid (principal, action == Action::"net.connect", resource == Host::"127.0.0.1");`;

beforeAll(async () => {
  services = await openServices();
  folder = await mkdtemp(join(tmpdir(), 'mcp-'));
  await writeFile(join(folder, 'token'), TOKEN);
  await new Promise<void>(done => tracker.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(tracker.address() as AddressInfo).port}/mcp`;
  const { binds, path } = await detectToolchain(process.env, []);
  const ours: string[] = [];
  const simulated = createSimulated();
  const author = services.profiles.get('author');
  if (!author) throw new Error('there is no author');
  const mcp = ['tracker/get_issue', 'tracker/comment', 'docs'];
  Object.assign(services, {
    secrets: secretsOf(
      { providers: new Map(), registries: { ecosystems: new Map(), scopes: new Map() } },
      ours,
      [],
      [{ name: 'MCP_TRACKER', by: 'file', path: join(folder, 'token') }],
    ),
    redact: (text: string) => redact(text, ours),
    profiles: new Map([...services.profiles, ['author', { ...author, mcp }]]),
    policies: sound([...STARTER, { name: 'rules.cedar', text: RULES }]),
    adapters: new Map([
      [
        'simulated',
        {
          ...simulated,
          launch(request: AgentRequest) {
            requests.push(request);
            return simulated.launch(request);
          },
        },
      ],
    ]),
  });
  const credential = { secret: 'MCP_TRACKER', header: 'authorization' };
  Object.assign(services.settings, {
    simulation: folder,
    toolchains: { binds, path },
    mcp: new Map([
      ['tracker', { name: 'tracker', kind: 'http', url, credential }],
      ['docs', { name: 'docs', kind: 'stdio', command: 'docs', args: [], env: {} }],
      ['unnamed', { name: 'unnamed', kind: 'http', url, credential: null }],
    ]),
  });
});
afterAll(async () => {
  await services.close();
  await new Promise(done => tracker.close(done));
  await rm(folder, { recursive: true, force: true });
});

let issues = 0;
/** An author calls tools, each as `[tool, arguments]`, and prints what it is answered. */
async function work(calls: [string, unknown][], path = '/mcp/tracker') {
  reached.length = 0;
  const program = `for (const [name, given] of ${JSON.stringify(calls)}) {
  if (given.note) given.note = ${MADE};
  const params = { name, arguments: given };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const answer = await fetch('http://127.0.0.1:8787${path}', { method: 'POST', body });
  console.log(answer.status, await answer.text());
}`;
  const steps = [{ write: 'ask.mjs', text: program }, { run: ['node', 'ask.mjs'] }];
  await writeFile(join(folder, 'author.json'), JSON.stringify({ steps }));
  const issue = ++issues;
  const id = `mcp-${issue}`;
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  await beginTask(services.log, id, [
    created({ repository: REPOSITORY, issue, base }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1'),
    ...ran('reproduce-1-1'),
    decided('run.start', 'allow', 'author-1-1'),
  ]);
  const effect = { stream: `task/${id}`, key: 'attempt:author-1-1' };
  await performEffect(services, effect, new AbortController().signal);
  const stream = { kind: 'task' as const, id };
  const events = await services.events(stream);
  const left = await services.artifacts.list(id);
  const texts = await Promise.all(
    left.map(async ({ digest }) => (await services.artifacts.get(digest)).toString()),
  );
  const decisions = events
    .filter(({ type }) => type === 'policy.decided')
    .map(({ data }) => (data as DataOf<'policy.decided'>).decision);
  return {
    run: asTask(await loadFolded(services.log, stream)).state.runs.at(-1),
    decisions: decisions.filter(({ action }) => action === 'mcp.call'),
    written: [...texts, JSON.stringify(events), JSON.stringify(services.logged)].join('\n'),
  };
}

it('calls what its profile and policy allow, by argument, and the rest reaches nobody', async () => {
  const { run, decisions, written } = await work([
    ['get_issue', { repo: 'acme/widgets', n: 1 }],
    ['get_issue', { repo: 'acme/payroll', n: 1 }],
    ['get_issue', { repo: 'acme/widgets', note: 'MADE' }],
    ['delete_issue', { repo: 'acme/widgets' }],
  ]);
  expect(run?.produced?.ok).toBe(true);
  expect(reached).toMatchObject([
    {
      authorization: `Bearer ${TOKEN}`,
      message: { params: { name: 'get_issue', arguments: { repo: 'acme/widgets', n: 1 } } },
    },
  ]);
  expect(decisions.map(({ resource, outcome, policies }) => [resource, outcome, policies])).toEqual(
    [
      ['tracker/get_issue {"repo":"acme/payroll","n":1}', 'deny', ['one-repository']],
      ['tracker/delete_issue {"repo":"acme/widgets"}', 'deny', []],
    ],
  );
  expect(written).toContain('Only issues of acme/widgets are read.');
  expect(written).toContain('The arguments hold what looks like a secret');
  for (const secret of [TOKEN, GITHUB_TOKEN]) expect(written).not.toContain(secret);
  // Its CLI is told of the servers of its role, and of nothing that the gateway adds.
  expect(requests.at(-1)?.servers).toEqual([
    { name: 'tracker', kind: 'http' },
    { name: 'docs', kind: 'stdio', command: 'docs', args: [], env: {} },
  ]);
});

it('waits for a person where policy says so, who reads what it is called with', async () => {
  const { run, decisions } = await work([['comment', { text: 'Fixed.' }]]);
  expect(run).toMatchObject({ state: 'waiting_approval', waits: 1 });
  expect(decisions).toMatchObject([
    { resource: 'tracker/comment {"text":"Fixed."}', outcome: 'require_approval' },
  ]);
  expect(reached).toEqual([]);
});

it('reaches no server that its role does not name, and none on a host that policy forbids', async () => {
  const get: [string, unknown][] = [['get_issue', { repo: 'acme/widgets' }]];
  expect((await work(get, '/mcp/unnamed')).written).toContain('may use no such MCP server');
  const { policies } = services;
  services.policies = sound([...STARTER, { name: 'rules.cedar', text: RULES + NO_HOST }]);
  const { written } = await work(get);
  services.policies = policies;
  expect(written).toContain('Nothing on this machine is reached.');
  expect(reached).toEqual([]);
});
