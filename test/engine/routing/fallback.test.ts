/** A chain of two agents, from the choice to the end: the first provider limits it, the second works. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSimulated } from '../../../src/adapters/agents/simulated.ts';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { runOf } from '../../../src/core/task/state.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { performEffect } from '../../../src/engine/perform/perform.ts';
import type { AgentAdapter } from '../../../src/engine/ports/agent.ts';
import { asTask } from '../../../src/engine/streams.ts';
import { created, decided, ran } from '../../core/task/given.ts';
import { beginTask } from '../begin.ts';
import { REPOSITORY } from '../github.ts';
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
/** Its provider answers with 429 whatever it is asked. */
const limited = (name: string): AgentAdapter => ({
  ...working(name),
  reader: () => ({
    line: () => [],
    end: ({ exitCode, signal }) => [
      { type: 'error', class: 'rate_limit', message: 'Too many.', httpStatus: 429, fatal: true },
      { type: 'session.finished', status: 'failed', exitCode, signal, summary: 'Too many.' },
    ],
    session: () => null,
  }),
});

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
/** The author's step, until no effect of its runs is open. */
async function author(...adapters: AgentAdapter[]) {
  prompts.length = 0;
  Object.assign(services, { adapters: new Map(adapters.map(adapter => [adapter.name, adapter])) });
  const issue = ++count;
  const stream = { kind: 'task' as const, id: `fallback-${issue}` };
  const base = { ref: 'main', sha: services.remote.git('rev-parse', 'main'), because: '' };
  await beginTask(services.log, stream.id, [
    created({ repository: REPOSITORY, issue, base }),
    decided('task.start', 'allow'),
    ...ran('prepare-1-1'),
    ...ran('reproduce-1-1'),
  ]);
  for (;;) {
    const { open } = await loadFolded(services.log, stream);
    const next = open.find(
      effect => 'run' in effect && effect.run !== null && effect.run.startsWith('author'),
    );
    if (!next || next.notBefore) break;
    const job = { stream: `task/${stream.id}`, key: next.key };
    await performEffect(services, job, new AbortController().signal);
  }
  const { state } = asTask(await loadFolded(services.log, stream));
  return { state, events: await services.events(stream), last: () => runOf(state, 'author-1-2') };
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
