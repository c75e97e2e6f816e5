/** The key of a model, from where it is kept to the provider: decided, recorded, and seen nowhere. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSimulated } from '../../../../src/adapters/agents/simulated.ts';
import { detectToolchain } from '../../../../src/adapters/toolchain/detect.ts';
import { secretsOf } from '../../../../src/compose/settings/secrets.ts';
import { redact } from '../../../../src/core/redaction/redact.ts';
import type { DataOf } from '../../../../src/core/task/state/state.ts';
import { loadFolded } from '../../../../src/engine/handle.ts';
import { performEffect } from '../../../../src/engine/perform/perform.ts';
import { asTask } from '../../../../src/engine/streams.ts';
import { decide } from '../../../../src/policy/decide.ts';
import type { Facts } from '../../../../src/policy/facts.ts';
import { created, decided, ran } from '../../../core/task/given.ts';
import { STARTER, sound } from '../../../policy/starter.ts';
import { beginTask } from '../../begin.ts';
import { REPOSITORY } from '../../github.ts';
import { openServices, type TestServices } from '../../test-services.ts';

const NAME = 'OPENAI_API_KEY';
const VALUE = 'a key of no known shape';
let services: TestServices;
let folder = '';
let key = '';
/** What the provider was shown, request by request. */
const shown: (string | undefined)[] = [];
/** A provider that says back what it was given, as none should. */
const provider = createServer((request, response) => {
  shown.push(request.headers.authorization);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ you: request.headers.authorization }));
});

beforeAll(async () => {
  services = await openServices();
  folder = await mkdtemp(join(tmpdir(), 'use-secret-'));
  key = join(folder, 'key');
  await new Promise<void>(done => provider.listen(0, '127.0.0.1', done));
  const upstream = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const { binds, path } = await detectToolchain(process.env, []);
  const ours: string[] = [];
  const kept = { key: { name: NAME, by: 'file' as const, path: key }, upstream };
  Object.assign(services, {
    secrets: secretsOf(
      {
        providers: new Map([['simulated', kept]]),
        registries: { ecosystems: new Map(), scopes: new Map() },
      },
      ours,
      [],
    ),
    redact: (text: string) => redact(text, ours),
    adapters: new Map([['simulated', { ...createSimulated(), defaultModel: () => 'large' }]]),
  });
  Object.assign(services.settings, {
    simulation: folder,
    toolchains: { binds, path },
    models: new Map([
      ['simulated', [{ dialect: 'openai-responses', upstream, provider: 'openai', secret: NAME }]],
    ]),
  });
});
afterAll(async () => {
  await services.close();
  await new Promise(done => provider.close(done));
  await rm(folder, { recursive: true, force: true });
});

let issues = 0;
/** An author asks its model twice, and says what it was answered. */
async function work() {
  shown.length = 0;
  const request = { method: 'POST', body: JSON.stringify({ model: 'large', input: 'Hi' }) };
  const url = 'http://127.0.0.1:8787/v1/responses';
  const ask = `fetch('${url}', ${JSON.stringify(request)}).then(r => r.text())`;
  const program = `const a = await ${ask}; await ${ask}; console.log(a);`;
  const steps = [{ write: 'ask.mjs', text: program }, { run: ['node', 'ask.mjs'] }];
  await writeFile(join(folder, 'author.json'), JSON.stringify({ steps }));
  const issue = ++issues;
  const id = `use-secret-${issue}`;
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  await beginTask(services.log, id, [
    created({ repository: REPOSITORY, issue, base }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1'),
    ...ran('reproduce-1-1'),
    decided('run.start', 'allow', 'author-1-1'),
  ]);
  await performEffect(
    services,
    { stream: `task/${id}`, key: 'attempt:author-1-1' },
    new AbortController().signal,
  );
  const stream = { kind: 'task' as const, id };
  const events = await services.events(stream);
  const left = await services.artifacts.list(id);
  const contents = left.map(async ({ digest }) =>
    (await services.artifacts.get(digest)).toString(),
  );
  const written = [
    JSON.stringify(events),
    JSON.stringify(services.logged),
    ...(await Promise.all(contents)),
  ];
  const { state } = asTask(await loadFolded(services.log, stream));
  return {
    events: events.filter(({ type, data }) =>
      type === 'policy.decided'
        ? (data as DataOf<'policy.decided'>).decision.action === 'secret.use'
        : type === 'secret.used',
    ),
    runs: state.runs.filter(({ step }) => step === 'author'),
    written: written.join('\n'),
  };
}

it('is decided and recorded once a run, reaches the provider, and is written nowhere', async () => {
  await writeFile(key, `${VALUE}\n`);
  const { events, runs, written } = await work();
  expect(shown).toEqual([`Bearer ${VALUE}`, `Bearer ${VALUE}`]);
  expect(runs[0]?.produced?.ok).toBe(true);
  expect(events.map(({ type, data }) => [type, data])).toEqual([
    [
      'policy.decided',
      expect.objectContaining({
        run: 'author-1-1',
        decision: expect.objectContaining({ outcome: 'allow', resource: NAME }),
      }),
    ],
    ['secret.used', { run: 'author-1-1', secret: NAME }],
  ]);
  expect(written).toContain('Bearer [redacted: ');
  expect(written).not.toContain(VALUE);
  const [first] = events;
  if (!first) throw new Error('nothing was decided');
  const { decision } = first.data as DataOf<'policy.decided'>;
  const facts = (await services.artifacts.get(decision.factsDigest)).toString();
  expect(decide(services.policies, JSON.parse(facts) as Facts)).toEqual(decision);
});

it('that can not be had fails the run before it starts, says why, and is tried again', async () => {
  await rm(key);
  const { events, runs } = await work();
  expect(events.map(({ type }) => type)).toEqual(['policy.decided', 'secret.used']);
  expect(shown).toEqual([]);
  expect(runs.map(({ state }) => state)).toEqual(['failure', 'queued']);
  expect(runs[0]).toMatchObject({
    class: 'auth',
    reason: `${NAME} can't be had: the file ${key} is not there. Put the secret there.`,
  });
});

it.each([
  ['forbids', '', 'No key on Sundays.'],
  [
    'asks people about',
    ' unless { context.approvals.count > 0 }',
    'It takes an approval, and for a secret none is asked.',
  ],
])('that policy %s is not read', async (_name, unless, reason) => {
  await writeFile(key, VALUE);
  const forbid = `@id("no-key") @reason("No key on Sundays.") @approvers("a maintainer") forbid (principal, action == Action::"secret.use", resource == Secret::"${NAME}")${unless};`;
  const { policies } = services;
  Object.assign(services, { policies: sound([...STARTER, { name: 'mine.cedar', text: forbid }]) });
  const { events, runs, written } = await work();
  Object.assign(services, { policies });
  expect(events.map(({ type }) => type)).toEqual(['policy.decided']);
  expect(shown).toEqual([]);
  expect(runs.map(({ state }) => state)).toEqual(['failure']);
  expect(runs[0]).toMatchObject({ class: 'policy', reason: `${NAME} may not be used. ${reason}` });
  expect(written).not.toContain(VALUE);
});
