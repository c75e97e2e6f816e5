/** An answer in the background outlives the worker that asked for it: whoever takes the run up pays nothing again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_AMOUNT } from '../../../src/core/budget.ts';
import { loadFolded } from '../../../src/engine/handle.ts';
import { effectLease } from '../../../src/engine/lease-guard.ts';
import { spendDifference } from '../../../src/engine/spending/compare.ts';
import { settleLostSpends } from '../../../src/engine/spending/tell.ts';
import { until } from '../../demo/until.ts';
import { TURN_USAGE } from '../../model/answer.ts';
import { openRecordedTasks, type RecordedTasks, RUN } from '../agent-replay/recorded-task.ts';
import { smallAgent } from '../agent-replay/small-agent.ts';

const SECOND = 'author-1-2';
const FIX = [
  { shell: "sed -i 's/library/library of books/' README.md" },
  { say: 'one two three four five six seven eight' },
];
/** What one answer comes to. */
const TOKENS = TURN_USAGE.input + TURN_USAGE.output;

let tasks: RecordedTasks;
beforeAll(async () => {
  const agent = smallAgent();
  const launch: typeof agent.launch = request => ({
    ...agent.launch(request),
    env: { SMALL_BACKGROUND: '1' },
  });
  tasks = await openRecordedTasks({ ...agent, launch });
  // The second attempt is due at once.
  Object.assign(tasks.services, { clock: { now: () => new Date(Date.now() + 600_000) } });
});
afterAll(() => tasks.close());

/** Its author is on the way to its second answer, whose id is noted. */
async function answering(keepsAnswers = true) {
  const hold = (index: number) => (index === 1 ? { holdAfter: 5 } : null);
  const { task, done } = await tasks.begin({ turns: FIX, keepsAnswers, fault: hold });
  await until('both ids to be noted', async () => {
    const recording = await task.recording().catch(() => null);
    return recording?.answers.length === 2;
  });
  const { services } = tasks;
  const stream = { kind: 'task' as const, id: task.id };
  const { log, outbox, ledger, leases } = services;
  return {
    ...task,
    /** The lease of its worker ends. */
    async loses() {
      await leases.breakOff([effectLease(stream, `attempt:${RUN}`)]);
      await done;
      await task.perform(`attempt:${RUN}`);
    },
    /** Whatever is open is performed, until the second attempt has ended. */
    async goesOn() {
      await until('the second attempt to end', async () => {
        const { open } = await loadFolded(log, stream);
        for (const { key } of open)
          if (/^(decide|attempt):.*author-1-2/.test(key)) await task.perform(key);
        return (await task.state()).runs.some(run => run.id === SECOND && run.state === 'success');
      });
    },
    cancels: () =>
      task.tell({ type: 'cancel', by: { kind: 'operator', name: 'ops' }, target: null }),
    done,
    journal: async (run: string) => {
      const all = await services.artifacts.list(task.id);
      const file = all.find(each => each.run === run && each.name === 'journal.jsonl');
      return (await services.artifacts.get(file?.digest ?? '')).toString();
    },
    isSettled: async (key: string) => (await outbox.find(stream, key)) === null,
    standing: () => ledger.standing(`task:${task.id}`),
    difference: () => spendDifference(ledger, task.id, log.read(stream)),
  };
}

it('is taken up by the next worker, as are those before it, and each is paid for once', async () => {
  const task = await answering();
  await task.loses();
  await task.goesOn();
  // The model was asked twice in all, and nothing was canceled.
  expect(task.model.requests).toHaveLength(2);
  expect(task.model.followed).toEqual([
    ...['GET /v1/responses/resp_1_0', 'GET /v1/responses/resp_1_0?stream=true'],
    ...['GET /v1/responses/resp_1_1', 'GET /v1/responses/resp_1_1?stream=true'],
  ]);
  expect(await task.journal(SECOND)).toMatch(
    /The answer resp_1_0 of the model, for which the lost run author-1-1 had asked, is taken up.*resp_1_1/s,
  );
  // Both count in what the lost run spent, and its events say so.
  await settleLostSpends(tasks.services);
  const { reserved, spent } = await task.standing();
  expect(reserved).toEqual(NO_AMOUNT);
  expect(spent).toMatchObject({ calls: 2, tokens: 2 * TOKENS });
  expect(await task.difference()).toBeNull();
  // The work is whole, and can be replayed.
  const [part] = await task.replay({}, SECOND);
  expect(part).toMatchObject({ recorded: 2, answered: 2, divergence: null });
});

it('that its provider does not keep is asked for again, and the record has both', async () => {
  const task = await answering(false);
  await task.loses();
  await task.goesOn();
  expect(task.model.requests).toHaveLength(4);
  await settleLostSpends(tasks.services);
  const { spent } = await task.standing();
  expect(spent.calls).toBe(4);
  expect(await task.difference()).toBeNull();
});

it('of a task that is canceled is canceled', async () => {
  const task = await answering();
  await task.cancels();
  await task.done;
  await until('it to be canceled', async () =>
    task.model.followed.includes('POST /v1/responses/resp_1_1/cancel'),
  );
  expect(await task.isSettled(`attempt:${RUN}`)).toBe(true);
});
