/** An agent connects to hosts: by the real gateway, to a server behind the proxy of the operator's network. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, setGlobalProxyFromEnv } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import type { AgentEvent, JournalLine } from '../../../src/core/agent-event.ts';
import type { Profile } from '../../../src/core/profile.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { createGateway } from '../../../src/gateway/gateway.ts';
import { created, decided, ran } from '../../core/task/given.ts';
import { type LoopbackProxy, startProxy } from '../../network/proxy.ts';
import { STARTER, sound } from '../../policy/starter.ts';
import { beginTask } from '../begin.ts';
import { REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';
import { answerOfRey, approvalByRey, REY } from './approving.ts';

const RUN = 'author-1-1';
const commands = { install: ['true'], test: ['npm', 'test'] };
/** What a deployment adds so that agents connect to the hosts that their profiles name. */
const NAMED = `@id("mine-named")
@reason("Agents connect to the hosts that their profiles name.")
permit (principal, action == Action::"net.connect", resource)
when { context.executor == "agent" && context.named };`;
/** And so that they connect to any other where a maintainer agrees. */
const ASKED = `@id("mine-asked")
@reason("A maintainer agrees.")
@approvers("a maintainer of the repository")
@quorum("1")
permit (principal, action == Action::"net.connect", resource)
when { context.executor == "agent" && context.approvals.maintainers >= 1 };`;

const server = createServer((request, response) => response.end(`the api says ${request.url}`));
let services: TestServices;
let proxy: LoopbackProxy;
let folder = '';
let restore = () => {};
beforeAll(async () => {
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  proxy = await startProxy(name => (name.endsWith('.corp.test') ? port : undefined));
  restore = setGlobalProxyFromEnv({ HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1,localhost' });
  services = await openServices();
  folder = await mkdtemp(join(tmpdir(), 'hosts-'));
  const { binds, path } = await detectToolchain(process.env, []);
  Object.assign(services.settings, { simulation: folder, toolchains: { binds, path } });
  services.github.facts.approval = approvalByRey;
  const outer = { https: proxy.url, http: proxy.url, except: '' };
  services.gateway = await createGateway({ stateDir: join(folder, 'gw'), outer });
});
afterAll(async () => {
  restore();
  await services.close();
  await proxy.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const AUTHOR_HOSTS = ['api.corp.test:80'];
let tasks = 0;

/** A task whose author works by this script, under the starter pack and these policies. */
async function runScript(steps: object[], policies: string[] = []) {
  const author = services.profiles.get('author') as Profile;
  const profiles = new Map(services.profiles).set('author', { ...author, hosts: AUTHOR_HOSTS });
  const mine = policies.map((text, at) => ({ name: `mine-${at}.cedar`, text }));
  const deps: TestServices = { ...services, profiles, policies: sound([...STARTER, ...mine]) };
  await writeFile(join(folder, 'author.json'), JSON.stringify({ steps }));
  proxy.asked.length = 0;
  const issue = ++tasks;
  const id = `hosts-${issue}`;
  const stream = { kind: 'task' as const, id };
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  const config = { commands, remediate: { ci: false } };
  await beginTask(services.log, id, [
    created({ repository: REPOSITORY, issue, base, config }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1'),
    ...ran('reproduce-1-1'),
    decided('run.start', 'allow', RUN),
  ]);
  const perform = (key: string) =>
    performEffect(deps, { stream: `task/${id}`, key }, new AbortController().signal);
  const state = async () => asTask(await loadFolded(services.log, stream)).state;
  let comment = issue * 1_000;
  await perform(`attempt:${RUN}`);
  return {
    state,
    goOn: () => perform(`attempt:${RUN}`),
    run: async () => (await state()).runs.find(run => run.id === RUN),
    async journal(part: string): Promise<AgentEvent[]> {
      const left = await services.artifacts.list(id);
      const found = left.find(({ run, name }) => run === part && name === 'journal.jsonl');
      const text = found ? (await services.artifacts.get(found.digest)).toString() : '';
      const lines = text.trim().split('\n').filter(Boolean);
      return lines.map(line => (JSON.parse(line) as JournalLine).event);
    },
    /** Rey answers what is asked last, and policy is asked again. */
    async answer(says: 'approve' | 'deny' | 'revoke') {
      const asked = (await state()).approvals.at(-1);
      if (asked?.posted === null) await perform(`answer:ask-${asked.id}`);
      const command = answerOfRey({ says, issue, comment: ++comment });
      const actor = { kind: 'person' as const, ...REY };
      expect(await services.handle({ stream, command, actor })).toMatchObject({ ok: true });
      if (asked?.status === 'requested') await perform(`decide:${asked.action}:${RUN}`);
    },
    used: async () =>
      (await services.events(stream)).filter(({ type }) => type === 'approval.used').length,
  };
}
const told = (journal: AgentEvent[]) =>
  journal.flatMap(event =>
    (event.type === 'tool.allowed' || event.type === 'tool.denied') &&
    event.action === 'net.connect'
      ? [[event.type, event.resource, event.ruleId]]
      : [],
  );
const outputs = (journal: AgentEvent[]) =>
  journal.flatMap(event =>
    event.type === 'tool.finished' ? [event.error ?? event.output.trim()] : [],
  );

const NAMED_HOST = { fetch: 'http://api.corp.test/data' };
const OTHER_HOST = { fetch: 'http://other.corp.test/data' };
/** A tool that asks nobody: it finds the proxy, if there is one. */
const TOOL = [
  {
    write: 'get.mjs',
    text: `import { request } from 'node:http';
const [, , path] = process.argv;
const proxy = process.env.HTTP_PROXY;
if (proxy) request(proxy, { path, agent: false }, answer => answer.pipe(process.stdout)).end();
else console.log('no proxy');`,
  },
  { run: ['node', 'get.mjs', 'http://api.corp.test/tool'] },
  { run: ['node', 'get.mjs', 'http://other.corp.test/tool'] },
];

it('reaches nothing by default, also what its profile names, and finds no proxy', async () => {
  const task = await runScript([NAMED_HOST, ...TOOL, { say: 'Done.' }]);
  const journal = await task.journal(RUN);
  expect(told(journal)).toContainEqual(['tool.denied', 'api.corp.test:80', null]);
  expect(outputs(journal).slice(-2)).toEqual(['no proxy', 'no proxy']);
  expect(proxy.asked).toEqual([]);
});

it('reaches what its profile names where a policy of the deployment permits it, and nothing else', async () => {
  const steps = [NAMED_HOST, ...TOOL, { fetch: 'http://127.1/x' }, { say: 'Done.' }];
  const task = await runScript(steps, [NAMED]);
  const journal = await task.journal(RUN);
  expect(outputs(journal)).toEqual([
    'the api says /data',
    '',
    'the api says /tool',
    'Gatehouse: other.corp.test:80 is refused: No policy permits net.connect.',
  ]);
  // The agent asks, and the gateway asks once for each host, whatever connects there.
  expect(told(journal)).toEqual([
    ['tool.allowed', 'api.corp.test:80', 'mine-named'],
    ['tool.allowed', 'api.corp.test:80', 'mine-named'],
    ['tool.denied', 'other.corp.test:80', null],
    ['tool.denied', '127.0.0.1:80', null],
  ]);
  expect(journal.findLast(({ type }) => type === 'tool.denied')).toMatchObject({
    reason: expect.stringMatching(/by its name; addresses are not reached/),
  });
  expect(proxy.asked.every(asked => asked.includes('api.corp.test'))).toBe(true);
});

it('waits for a person whom policy asks, and reaches that host and port until its run ends or they take it back', async () => {
  const stop = { run: ['curl', '-V'] };
  const task = await runScript([OTHER_HOST, stop, OTHER_HOST, stop, OTHER_HOST], [ASKED]);
  expect(await task.run()).toMatchObject({ state: 'waiting_approval' });
  expect((await task.state()).approvals).toMatchObject([
    { action: 'net.connect', resource: 'other.corp.test:80', status: 'requested' },
  ]);
  expect(proxy.asked).toEqual([]);
  await task.answer('approve');
  await task.goOn();
  expect(outputs(await task.journal(`${RUN}-part-2`))).toEqual(['the api says /data']);
  // What takes a person next stops it again; afterwards, the host is open to it as before.
  await task.answer('approve');
  await task.goOn();
  const journal = await task.journal(`${RUN}-part-3`);
  expect(outputs(journal).at(-1)).toBe('the api says /data');
  expect(told(journal)).toContainEqual([
    ...['tool.allowed', 'other.corp.test:80', 'connect-named-or-approved'],
  ]);
  expect(await task.used()).toBe(2);

  await task.answer('revoke');
  await task.answer('approve');
  await task.goOn();
  expect(await task.run()).toMatchObject({ state: 'waiting_approval', waits: 4 });
  expect((await task.state()).approvals.at(-1)).toMatchObject({
    resource: 'other.corp.test:80',
    status: 'requested',
  });
});

it('waits where a tool simply tries, which reaches the host once it is approved, and not where it is denied', async () => {
  const get = (host: string) => ({ run: ['node', 'get.mjs', `http://${host}/tool`] });
  const [tool = {}] = TOOL;
  const steps = [tool, get('one.corp.test'), get('two.corp.test'), { say: 'Done.' }];
  const task = await runScript(steps, [ASKED]);
  expect(await task.run()).toMatchObject({ state: 'waiting_approval' });
  await task.answer('approve');
  await task.goOn();
  expect(outputs(await task.journal(`${RUN}-part-2`))).toEqual(['the api says /tool']);
  await task.answer('deny');
  await task.goOn();
  const journal = await task.journal(RUN);
  expect(outputs(journal)).toEqual(['Gatehouse: two.corp.test:80 is refused: rey denied it.']);
  expect(told(journal)).toEqual([['tool.denied', 'two.corp.test:80', 'connect-named-or-approved']]);
});
