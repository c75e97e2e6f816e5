/** What GitHub would not let us answer: the operator alone is told, by `gatehouse status`. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type TestStore } from '../adapters/store/database.ts';
import { runHere } from './environment.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const status = (...options: string[]) =>
  runHere(['status', ...options], { DATABASE_URL: store.url });

/** A delivery that could not be answered, with a reason that would steer a terminal. */
async function refuse(guid: string, event: string, note: string): Promise<void> {
  await store.deliveries.receive({ guid, event, body: Buffer.from(`{"n":"${guid}"}`) });
  await store.deliveries.settle(guid, 'failed', note);
}

it('says nothing of deliveries where all were answered', async () => {
  expect(await status()).toEqual({ code: 0, stdout: 'There are no open tasks.\n', stderr: '' });
  expect(JSON.parse((await status('--json')).stdout)).toEqual({
    tasks: [],
    isCut: false,
    backlogs: [],
    unanswered: [],
    shortages: [],
    workers: [],
  });
});

it('lists the last of those that could not be, on a line each', async () => {
  const archived = 'Repository was archived so is read-only.';
  for (let at = 1; at <= 6; at += 1)
    await refuse(`00000000-0000-4000-8000-00000000000${at}`, 'issue_comment', `${at}: ${archived}`);
  await refuse('last', 'look_through', `acme/sum: \u001b[31mcomments\n could not be read`);
  const { stdout } = await status();
  const [none, blank, head, ...lines] = stdout.trimEnd().split('\n');
  expect([none, blank]).toEqual(['There are no open tasks.', '']);
  expect(head).toBe('The last deliveries that could not be followed or answered:');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\dZ {2}look_through {3}acme\/sum: {1,2}\[31mcomments/,
  );
  expect(lines[0]).not.toContain('\u001b');
  expect(lines[1]).toMatch(/Z {2}issue_comment {2}6: Repository was archived so is read-only\.$/);

  const { tasks, unanswered } = JSON.parse((await status('--json')).stdout);
  expect(tasks).toEqual([]);
  expect(unanswered).toHaveLength(5);
  expect(unanswered[1]).toMatchObject({ event: 'issue_comment', note: `6: ${archived}` });
});

it("ends with what waits for GitHub's limits", async () => {
  const { requestBudget } = store;
  const told = (remaining: number) => ({ limit: 5_000, remaining, resetMs: 3_600_000 });
  await requestBudget.share({ installation: 7, resource: 'core' }, told(900));
  await requestBudget.share({ installation: 8, resource: 'core' }, told(4_900));
  const { stdout } = await status();
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
    /^Installation 7: 900 of 5,000 requests to GitHub are left until \d\d:\d\d UTC: what is least urgent comes later\.$/,
  );
  expect(stdout).not.toContain('Installation 8');
  expect(JSON.parse((await status('--json')).stdout).shortages).toEqual([
    expect.stringMatching(/^Installation 7: /),
  ]);
});

it('lists the workers where one offers something', async () => {
  await store.workers.report({
    name: 'gpu-1',
    labels: ['gpu', 'large'],
    agents: [{ adapter: 'codex', version: '1.2.3' }],
  });
  const { stdout } = await status();
  expect(stdout).toMatch(/WORKER +LABELS +AGENTS\ngpu-1 +gpu, large +codex 1\.2\.3\n/);
  expect(JSON.parse((await status('--json')).stdout).workers).toHaveLength(1);
});
