/** What a run spends: reserved and settled in the ledger, told in the task's events, and compared. */

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrices } from '../../../src/adapters/prices/prices.ts';
import { detectToolchain } from '../../../src/adapters/toolchain/detect.ts';
import { steererOf } from '../../../src/core/actor.ts';
import { NO_USAGE } from '../../../src/core/agent-event.ts';
import { NO_AMOUNT } from '../../../src/core/budget.ts';
import { RunSpend, totalTokens } from '../../../src/core/spend.ts';
import type { Ledger } from '../../../src/engine/ports/ledger.ts';
import { SPEND_GROUPS } from '../../../src/engine/ports/spends.ts';
import { accountOf } from '../../../src/engine/spending/account.ts';
import { spendDifference } from '../../../src/engine/spending/compare.ts';
import { dayKey, repositoryKey } from '../../../src/engine/spending/scopes.ts';
import { openSpending } from '../../../src/engine/spending/spending.ts';
import { standingsOf, standingToday } from '../../../src/engine/spending/standing.ts';
import { settleLostSpends } from '../../../src/engine/spending/tell.ts';
import { until } from '../../demo/until.ts';
import { TURN_USAGE } from '../../model/answer.ts';
import { type ScriptedModel, startScriptedModel } from '../../model/server.ts';
import { REPOSITORY } from '../github.ts';
import { openServices, type TestServices } from '../test-services.ts';
import { AUTHOR, beginAuthor, withCaller } from './caller.ts';

const PRICE = { input: 2, cached: 0.5, cacheWrite: 2, output: 10 };
/** In billionths of a dollar: two calls of the scripted model at that price. */
const TWO_CALLS = 2 * (1_000 * 2_000 + 200 * 500 + TURN_USAGE.output * 10_000);
const USAGE = { input: 1_000, cached: 200, cacheWrite: 0, output: TURN_USAGE.output, reasoning: 5 };

let services: TestServices;
let model: ScriptedModel;
const script = { calls: 2, model: 'our-model', claims: 0 };
beforeAll(async () => {
  const opened = await openServices();
  const { binds, path } = await detectToolchain(process.env, []);
  Object.assign(opened.settings, { toolchains: { binds, path }, workerHourUsd: 3.6 });
  model = await startScriptedModel({ turns: [{ say: 'one two three' }] });
  services = {
    ...withCaller(opened, model.url, script),
    prices: createPrices(new Map([['openai/our-model', PRICE]])),
  };
});
afterAll(async () => {
  await model.close();
  await services.close();
});

const differenceIn = (id: string) =>
  spendDifference(services.ledger, id, services.log.read({ kind: 'task', id }));

const scopeOf = (run: string) => [{ kind: 'run' as const, key: `run:${run}`, caps: {} }];

/** The run as the ledger has it. */
const spentBy = async (id: string) => (await services.ledger.spentBy(id))[0]?.spend;

describe('a run', () => {
  it('counts its calls, tokens, money and time, and its events say the same', async () => {
    Object.assign(script, { calls: 2, model: 'our-model' });
    const task = await beginAuthor(services);
    await task.perform(`attempt:${AUTHOR}`);
    const [told] = await task.events('run.spent');
    expect(told).toMatchObject({
      run: AUTHOR,
      spend: {
        models: [
          {
            ...{ provider: 'openai', model: 'our-model', calls: 2, nanoUsd: TWO_CALLS },
            usage: { input: 2_000, cached: 400, output: 68, reasoning: 10 },
          },
        ],
      },
    });
    const spend = await spentBy(task.id);
    expect(spend).toEqual((told as { spend: unknown }).spend);
    // A thousandth of a dollar for each second.
    const { ms = 0, nanoUsd } = spend?.work ?? {};
    expect(ms).toBeGreaterThan(0);
    expect(nanoUsd).toBe(ms * 1_000);
    expect(await differenceIn(task.id)).toBeNull();
    // Nothing stays reserved.
    const { reserved, spent } = await services.ledger.standing(`task:${task.id}`);
    expect(reserved).toEqual(NO_AMOUNT);
    expect(spent).toMatchObject({ calls: 2, tokens: 2 * 1_234 });
  });

  it('is warned of where its agent says something else', async () => {
    Object.assign(script, { calls: 1, model: 'our-model', claims: 9_000 });
    const task = await beginAuthor(services);
    await task.perform(`attempt:${AUTHOR}`);
    script.claims = 0;
    expect(await task.text(AUTHOR, 'journal.jsonl')).toContain(
      'used 9,000 tokens; the gateway counted 1,234 tokens',
    );
  });

  it('says of a model without a price that it is not known, and which caps hold nothing of it', async () => {
    Object.assign(script, { calls: 1, model: 'nobody-knows' });
    const commands = { install: ['true'], test: ['npm', 'test'] };
    const budgets = { task: { usd: 5 }, lineage: { usd: 5, calls: 9 } };
    const config = { commands, remediate: { ci: false }, budgets };
    const task = await beginAuthor(services, { config });
    await task.perform(`attempt:${AUTHOR}`);
    expect(await spentBy(task.id)).toMatchObject({
      models: [{ model: 'nobody-knows', calls: 1, nanoUsd: null, usage: USAGE }],
    });
    expect(await task.text(AUTHOR, 'journal.jsonl')).toContain(
      "no price of openai/nobody-knows is known, so the budget task with a cap on money alone can't hold",
    );
  });

  it('that was lost with its worker is settled, told, and compared as well', async () => {
    const task = await beginAuthor(services);
    const by = { task: task.id, run: AUTHOR };
    const today = new Date().toISOString().slice(0, 10);
    const reserved = await services.ledger.reserve({
      by,
      scopes: [
        { kind: 'task', key: `task:${task.id}`, caps: {} },
        { kind: 'repository', key: repositoryKey(REPOSITORY.id, today.slice(0, 7)), caps: {} },
        { kind: 'day', key: dayKey(new Date(today)), caps: {} },
      ],
      model: { provider: 'openai', name: 'our-model' },
      prices: 'settings',
      fixed: { ...NO_AMOUNT, calls: 1, tokens: 100, nanoUsd: 7 },
      each: { ...NO_AMOUNT, tokens: 1 },
      want: 10,
    });
    if (!reserved.ok) throw new Error('refused');
    const sql = new pg.Client({ connectionString: services.url });
    await sql.connect();
    await sql.query('UPDATE ledger_reservations SET expires_at = now() WHERE id = $1', [
      reserved.id,
    ]);
    await sql.end();
    expect(await settleLostSpends(services)).toBeGreaterThan(0);
    expect(await task.events('run.spent')).toMatchObject([
      { spend: { models: [{ calls: 1, nanoUsd: 7, usage: { ...NO_USAGE, input: 100 } }] } },
    ]);
    expect(await differenceIn(task.id)).toBeNull();
    // What has been told is not told again.
    await settleLostSpends(services);
    expect(await task.events('run.spent')).toHaveLength(1);
  });
});

describe('a call for which a cap leaves less than it wants', () => {
  const open = (id: string, tokens: number) => {
    const by = { task: id, run: AUTHOR };
    return openSpending(services, by, [{ kind: 'run', key: `run:${id}`, caps: { tokens } }]);
  };
  const call = { model: 'our-model', input: 100, output: 50 };
  const answered = (output: number) => ({ ...NO_USAGE, input: 100, output });

  it('has reached the cap where its answer ends there, and not where it ends before', async () => {
    for (const [output, reached] of [
      [29, null],
      [30, { scope: 'run', unit: 'tokens', cap: 130 }],
    ] as const) {
      const spending = open(`short-${output}`, 130);
      const reserved = await spending.budgetFor('openai').reserve(call);
      if (typeof reserved === 'string') throw new Error(reserved);
      expect(reserved.output).toBe(30);
      expect(spending.reached()).toBeNull();
      reserved.settle(answered(output));
      expect(spending.reached()).toEqual(reached);
      await spending.close();
    }
  });

  it('is refused where that is less than a provider takes for a bound', async () => {
    const spending = open('too-short', 115);
    expect(await spending.budgetFor('openai').reserve(call)).toMatch(/is spent/);
    expect(spending.reached()).toEqual({ scope: 'run', unit: 'tokens', cap: 115 });
    await spending.close();
    const { reserved, spent } = await services.ledger.standing('run:too-short');
    expect({ reserved, calls: spent.calls }).toEqual({ reserved: NO_AMOUNT, calls: 0 });
  });
});

describe('where something fails for a moment', () => {
  const warned = () => {
    const warnings: string[] = [];
    const warn = (_fields: object, message: string) => void warnings.push(message);
    return { warnings, logger: { ...services.logger, warn } };
  };

  it('what a call came to is settled at the end of the run, where it could not be before', async () => {
    const by = { task: 'settled-again', run: AUTHOR };
    let isAway = true;
    const settle: Ledger['settle'] = async (...of) => {
      if (isAway) throw new Error('the database is away');
      await services.ledger.settle(...of);
    };
    const { warnings, logger } = warned();
    const ledger = { ...services.ledger, settle };
    const spending = openSpending({ ...services, ledger, logger }, by, scopeOf(by.task));
    const call = { model: 'our-model', input: 100, output: 50 };
    const reserved = await spending.budgetFor('openai').reserve(call);
    if (typeof reserved === 'string') throw new Error(reserved);
    reserved.settle(USAGE);
    await until('a warning', async () => warnings.length > 0);
    isAway = false;
    await spending.close();
    expect(warnings).toEqual(['what a run spent could not be settled yet']);
    const standing = await services.ledger.standing(`run:${by.task}`);
    expect(standing.reserved).toEqual(NO_AMOUNT);
    expect(standing.spent).toMatchObject({ calls: 1, tokens: totalTokens(USAGE) });
  });

  it('a task that can not be told keeps no other from it', async () => {
    const tasks = [await beginAuthor(services), await beginAuthor(services)];
    const [first, second] = tasks.map(({ id }) => id).sort();
    for (const task of [first, second]) {
      const by = { task: task ?? '', run: AUTHOR };
      const spending = openSpending(services, by, scopeOf(`untold-${task}`));
      await spending.takeTime(1_000);
      await spending.close();
    }
    const { warnings, logger } = warned();
    const handle: typeof services.handle = async request => {
      if (request.stream.id === first) throw new Error('the stream does not fold');
      return services.handle(request);
    };
    await settleLostSpends({ ...services, handle, logger });
    const told = (id: string | undefined) =>
      tasks.find(task => task.id === id)?.events('run.spent');
    expect(await told(first)).toEqual([]);
    expect(await told(second)).toHaveLength(1);
    expect(warnings).toEqual(['what a run spent could not be told']);
    await settleLostSpends(services);
    expect(await told(first)).toHaveLength(1);
  });
});

describe('a difference between ledger and events', () => {
  it('is named, whichever of them was changed', async () => {
    Object.assign(script, { calls: 1, model: 'our-model' });
    const task = await beginAuthor(services);
    await task.perform(`attempt:${AUTHOR}`);
    const events = () => services.log.read(task.stream);
    const found = await services.ledger.spentBy(task.id);
    const less = found.map(({ spend, ...of }) => ({
      ...of,
      spend: { ...spend, models: spend.models.map(each => ({ ...each, nanoUsd: 1 })) },
    }));
    expect(await spendDifference({ spentBy: async () => less }, task.id, events())).toMatchObject({
      problem: `the ledger says that run ${AUTHOR} spent something else`,
    });
    expect(await spendDifference({ spentBy: async () => [] }, task.id, events())).toMatchObject({
      problem: `the ledger knows nothing of what run ${AUTHOR} spent`,
    });
    await services.handle({
      stream: task.stream,
      command: {
        type: 'cancel',
        by: steererOf({ id: 1, login: 'mona' }),
        target: { kind: 'issue', number: 1 },
      },
      actor: { kind: 'gatehouse' },
    });
    const more = found.map(of => ({ ...of, until: of.until + 1 }));
    expect(await spendDifference({ spentBy: async () => more }, task.id, events())).toMatchObject({
      problem: `the ledger has spends of run ${AUTHOR} that no event tells`,
    });
  });

  it('is none while a spend is told: neither of what is told after it was looked for, nor before', async () => {
    Object.assign(script, { calls: 1, model: 'our-model' });
    const task = await beginAuthor(services);
    await task.perform(`attempt:${AUTHOR}`);
    const events = () => services.log.read(task.stream);
    const spentBy: Ledger['spentBy'] = async (id, run) =>
      run === undefined ? [] : services.ledger.spentBy(id, run);
    expect(await spendDifference({ spentBy }, task.id, events())).toBeNull();
    const by = steererOf({ id: 1, login: 'mona' });
    const cancel = { type: 'cancel' as const, by, target: { kind: 'issue' as const, number: 1 } };
    const actor = { kind: 'gatehouse' as const };
    await services.handle({ stream: task.stream, command: cancel, actor });
    const late = { task: task.id, run: AUTHOR };
    const spending = openSpending(services, late, scopeOf(`late-${task.id}`));
    await spending.takeTime(1_000);
    await spending.close();
    expect(await differenceIn(task.id)).toBeNull();
    await settleLostSpends(services);
    expect(await differenceIn(task.id)).toBeNull();
    expect(await task.events('run.spent')).toHaveLength(2);
  });
});

describe('what all runs spent', () => {
  const HOUR_MS = 3_600_000;
  const query = () => ({
    repositories: [REPOSITORY.id],
    from: new Date(Date.now() - HOUR_MS),
    to: new Date(Date.now() + HOUR_MS),
  });

  /** From the events alone: of each run the last word. */
  async function sumsInTheLog() {
    const sums = { calls: 0, tokens: 0, nanoUsd: 0, unpricedCalls: 0, workMs: 0 };
    for await (const stream of services.log.streams()) {
      const last = new Map<string, RunSpend>();
      for await (const event of services.log.read(stream))
        if (event.type === 'run.spent')
          last.set(String(event.data.run), RunSpend.parse(event.data.spend));
      for (const { models, work } of last.values()) {
        sums.workMs += work.ms;
        for (const { calls, usage, nanoUsd } of models) {
          sums.calls += calls;
          sums.tokens += totalTokens(usage);
          sums.nanoUsd += nanoUsd ?? 0;
          if (nanoUsd === null) sums.unpricedCalls += calls;
        }
      }
    }
    return sums;
  }

  it('is the same by every group as in the events, and what has no price is not 0', async () => {
    const { calls, tokens, nanoUsd, unpricedCalls, workMs } = await sumsInTheLog();
    expect(calls).toBeGreaterThan(unpricedCalls);
    expect(unpricedCalls).toBeGreaterThan(0);
    const expected = { calls, tokens, modelNanoUsd: nanoUsd, unpricedCalls, workMs };
    for (const group of SPEND_GROUPS) {
      const { rows, total, more } = await accountOf(services, group, query(), 100);
      expect(more).toBe(false);
      expect(total).toMatchObject(expected);
      const sums = { calls: 0, tokens: 0, modelNanoUsd: 0, unpricedCalls: 0, workMs: 0 };
      for (const row of rows)
        for (const unit of Object.keys(sums) as (keyof typeof sums)[]) sums[unit] += row[unit];
      expect(sums).toEqual(expected);
    }
    const { rows } = await accountOf(services, 'model', query(), 100);
    expect(rows.find(({ key }) => key === 'openai/nobody-knows')?.models.words).toBe('unpriced');
    const { total } = await accountOf(services, 'model', query(), 100);
    expect(total.models.words).toMatch(/^at least \$/);
    expect(total.merged).toBeNull();
  });

  it('is what the budgets of the day and of the repository stand at', async () => {
    Object.assign(services.settings.budgets, { day: { usd: 50 }, repository: { calls: 1_000 } });
    const { calls, nanoUsd, workMs } = await sumsInTheLog();
    const [standing] = await standingsOf(services, [REPOSITORY.id, 987_654_321], 9);
    expect(standing?.units.find(({ unit }) => unit === 'calls')).toMatchObject({
      cap: 1_000,
      left: 1_000 - calls,
      words: `${calls} of 1,000 calls of models, ${1_000 - calls} left`,
    });
    const today = await standingToday(services);
    // A second of work costs a thousandth of a dollar.
    const spent = nanoUsd + workMs * 1_000;
    expect(today.units.find(({ unit }) => unit === 'nanoUsd')).toMatchObject({ cap: 50e9, spent });
    expect(await standingsOf(services, [987_654_321], 9)).toEqual([]);
  });
});
