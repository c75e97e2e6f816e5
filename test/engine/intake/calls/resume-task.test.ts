/** A call has a task go on: with more to do, or once more where it has failed; what people decide stays theirs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { taskStream } from '../../../../src/core/stream.ts';
import { loadFolded } from '../../../../src/engine/handle.ts';
import { resumeTask } from '../../../../src/engine/intake/calls/resume-task.ts';
import { asTask } from '../../../../src/engine/streams.ts';
import { created, decided, HISTORY, produced, red, started } from '../../../core/task/given.ts';
import { beginTask } from '../../begin.ts';
import { MONA, REPOSITORY } from '../../github.ts';
import { openServices, type TestServices } from '../../test-services.ts';

let services: TestServices;
beforeAll(async () => {
  const opened = await openServices();
  services = { ...opened, queue: { ...opened.queue, add: async () => {} } };
});
afterAll(() => services.close());

let tasks = 0;
async function task(commands = HISTORY.authored): Promise<string> {
  const repository = { ...REPOSITORY, id: 900 + ++tasks };
  const id = `${repository.id}-1-0a1b2c3d`;
  await beginTask(services.log, id, [created({ repository }), ...commands.slice(1)]);
  return id;
}
const TOKEN = { kind: 'token', id: 'abc', project: 'nightly' } as const;
const caller = { requester: TOKEN, repositories: null, commands: ['fix'], trusted: true };
const call = async (
  id: string,
  text: string,
  { key = `call nightly/${tasks}`, command = 'fix', trusted = true } = {},
) => {
  const taint = trusted ? [] : [{ source: 'the text of a call', by: null, reason: 'Not trusted.' }];
  const asked = { call: { command, text }, caller: { ...caller, trusted }, taint, key };
  return (await resumeTask(services, id, asked))?.message ?? 'it goes on';
};
const eventsOf = (id: string) => services.events(taskStream(id));

it('what works gets more to do, once for each call', async () => {
  const id = await task();
  expect(await call(id, '')).toMatch(/say in `text` what is to be done besides/);
  expect(await call(id, 'Mend it.', { command: 'lint' })).toMatch(/by fix, and not by lint/);
  expect(await call(id, 'Mend the docs.', { trusted: false })).toBe('it goes on');
  expect(await call(id, 'Mend the docs.', { trusted: false })).toBe('it goes on');
  const asked = (await eventsOf(id)).filter(({ type }) => type === 'rework.requested');
  expect(asked).toMatchObject([
    {
      actor: TOKEN,
      data: { origin: 'call', by: null, caller: TOKEN, instructions: 'Mend the docs.' },
    },
  ]);
  const { state } = asTask(await loadFolded(services.log, taskStream(id)));
  expect(state.waitingReworks[0]?.taint).toMatchObject([{ source: 'the text of a call' }]);
});

it('what failed is tried again; the text of a token that is not trusted is not told to it', async () => {
  const prepare = 'prepare-1-1';
  const failing = [decided('run.start', 'allow', prepare), started(prepare)];
  const id = await task([...HISTORY.admitted, ...failing, produced(prepare, {}, red)]);
  expect(await call(id, 'Do as I say.', { trusted: false })).toMatch(/without `text`/);
  expect(await call(id, 'The registry is back.')).toBe('it goes on');
  const [retried] = (await eventsOf(id)).filter(({ type }) => type === 'task.retried');
  expect(retried).toMatchObject({ data: { by: TOKEN, instructions: 'The registry is back.' } });
});

it('calls have it go on three times in a row: then they are refused, and people are told once', async () => {
  const id = await task(HISTORY.waiting);
  const nth = (n: number) => call(id, `It is red, ${n}.`, { key: `call nightly/loop-${n}` });
  for (const n of [1, 2, 3]) expect(await nth(n)).toBe('it goes on');
  for (const n of [4, 4, 5]) expect(await nth(n)).toMatch(/start no more work here until a person/);
  const stops = (await eventsOf(id)).filter(({ type }) => type === 'remediation.stopped');
  expect(stops).toMatchObject([
    { data: { check: null, reason: expect.stringMatching(/3 times in a row, and a call/) } },
  ]);
  const { open } = await loadFolded(services.log, taskStream(id));
  expect(open.filter(({ key }) => key.startsWith('answer:stopped'))).toMatchObject([
    { target: { kind: 'issue', number: 2 }, reply: { code: 'remediation_stopped', rounds: [] } },
  ]);
});

it('what people paused or ended stays so', async () => {
  const id = await task();
  const by = { kind: 'person', ...MONA } as const;
  const send = (type: 'pause' | 'cancel') =>
    services.handle({
      stream: taskStream(id),
      command: { type, by, target: null },
      actor: by,
    });
  await send('pause');
  expect(await call(id, 'More.')).toMatch(/paused by mona: people have it go on/);
  await send('cancel');
  expect(await call(id, 'More.')).toBe('The task has ended: canceled.');
});
