/** A chain of two agents, from the choice to the end: the first provider limits it, the second works. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSimulated } from '../../../src/adapters/agents/simulated.ts';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { steererOf } from '../../../src/core/actor.ts';
import { runOf } from '../../../src/core/task/state/state.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import type { AgentAdapter } from '../../../src/engine/ports/agent.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { created, decided, ran } from '../../core/task/given.ts';
import { beginTask } from '../begin.ts';
import { MONA, REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';

const prompts: string[] = [];
const working = (name: string): AgentAdapter => {
  const simulated = createSimulated();
  return {
    ...simulated,
    name,
    launch(request) {
      prompts.push(request.prompt);
      return simulated.launch(request);
    },
  };
};
/** Its provider fails in this way whatever it is asked. */
const failing = (name: string, kind: 'rate_limit' | 'auth', message: string): AgentAdapter => ({
  ...working(name),
  reader: () => ({
    line: () => [],
    end: ({ exitCode, signal }) => [
      { type: 'error', class: kind, message, fatal: true },
      { type: 'session.finished', status: 'failed', exitCode, signal, summary: message },
    ],
    session: () => null,
  }),
});
const limited = (name: string) => failing(name, 'rate_limit', 'Too many.');
const refused = (name: string) => failing(name, 'auth', 'No such key.');

let services: TestServices;
beforeAll(async () => {
  services = await openServices();
  const { binds, path } = await detectToolchain(process.env, []);
  Object.assign(services.settings, { realAgents: true, toolchains: { binds, path } });
  const author = services.profiles.get('author');
  if (!author) throw new Error('there is no author');
  const chain = [
    { adapter: 'first', model: null },
    { adapter: 'second', model: null },
  ];
  Object.assign(services, { profiles: new Map([['author', { ...author, chain }]]) });
});
afterAll(() => services.close());

let count = 0;
const withAdapters = (adapters: AgentAdapter[]) =>
  Object.assign(services, { adapters: new Map(adapters.map(adapter => [adapter.name, adapter])) });

/** The author's step of a new task. */
async function author(...adapters: AgentAdapter[]) {
  prompts.length = 0;
  withAdapters(adapters);
  const issue = ++count;
  const stream = { kind: 'task' as const, id: `fallback-${issue}` };
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  await beginTask(services.log, stream.id, [
    created({ repository: REPOSITORY, issue, base }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1'),
    ...ran('reproduce-1-1'),
  ]);
  return work(services, stream);
}

/** Works in this process until no effect of the author's runs is open. */
async function work(process: TestServices, stream: { kind: 'task'; id: string }) {
  for (;;) {
    const { open } = await loadFolded(process.log, stream);
    const next = open.find(
      effect => 'run' in effect && effect.run !== null && effect.run.startsWith('author'),
    );
    if (!next || next.notBefore) break;
    const job = { stream: `task/${stream.id}`, key: next.key };
    await performEffect(process, job, new AbortController().signal);
  }
  const { state } = asTask(await loadFolded(process.log, stream));
  const events = await process.events(stream);
  return { stream, state, events, last: () => runOf(state, 'author-1-2') };
}

it('the next of the chain takes over, policy judges it, and it is told what failed', async () => {
  const { events, state, last } = await author(limited('first'), working('second'));
  const told = events.flatMap(({ type, data }) => {
    const { run, adapter } = data as { run: string; adapter: string };
    const isMeant = (type === 'run.chosen' || type === 'run.started') && run.startsWith('author');
    return isMeant ? [[type, adapter]] : [];
  });
  expect(told).toEqual([
    ['run.chosen', 'first'],
    ['run.started', 'first'],
    ['run.chosen', 'second'],
    ['run.started', 'second'],
  ]);
  expect(runOf(state, 'author-1-1')).toMatchObject({ state: 'failure', class: 'rate_limit' });
  expect(last().choice).toMatchObject({
    skipped: [
      { adapter: 'first', reason: 'It failed in attempt 1: Its provider limits it: Too many.' },
    ],
  });
  // A simulated agent without a script changes nothing, which is its own failure.
  expect(last()).toMatchObject({ adapter: 'second', class: 'unchanged' });
  expect(prompts[1]).toContain(
    'Attempt 1, by first, failed (rate_limit): Its provider limits it: Too many.',
  );
});

it('where both are limited, the first is tried again after a while', async () => {
  const { state } = await author(limited('first'), limited('second'));
  const tries = state.runs.filter(({ step }) => step === 'author');
  expect(tries.map(({ state, adapter }) => [state, adapter])).toEqual([
    ['failure', 'first'],
    ['failure', 'second'],
    ['queued', null],
  ]);
});

it('one that is let alone is tried once more where a person asks for it, in every process', async () => {
  const { stream, state } = await author(refused('first'), refused('second'));
  expect(state.question?.text).toContain('No agent could do the step author.');
  const other = { ...services, settings: { ...services.settings, worker: 'worker-2' } };

  // Both keys are right again, and the first agent's last three runs failed.
  const elsewhere = await author(working('first'), working('second'));
  expect(runOf(elsewhere.state, 'author-1-1').choice).toMatchObject({
    adapter: 'second',
    skipped: [
      { adapter: 'first', reason: expect.stringMatching(/ so it is let alone for \d min/) },
    ],
  });
  const retry = { type: 'retry', by: steererOf(MONA), instructions: 'The key is new.' } as const;
  await other.handle({ stream, command: retry, actor: { kind: 'gatehouse' } });
  withAdapters([working('first'), working('second')]);
  const again = await work({ ...other, adapters: services.adapters }, stream);
  expect(runOf(again.state, 'author-1-3').choice).toMatchObject({
    adapter: 'first',
    reason:
      'Its last 3 runs failed because of its provider. A person asked for another try since, so it is tried once more.',
    skipped: [],
    others: 1,
  });
  // It answered, so that it is let alone no more, wherever it is asked for.
  const after = await author(working('first'), working('second'));
  expect(runOf(after.state, 'author-1-1').choice).toMatchObject({ adapter: 'first', skipped: [] });
});
