/** Which agent of a chain works: the first that can, and after a failure of its provider the next. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseProfile } from '../../../src/adapters/agents/profiles.ts';
import { createSimulated } from '../../../src/adapters/agents/simulated.ts';
import type { RunRecord } from '../../../src/core/run-record.ts';
import type { FailureClass } from '../../../src/core/task/events/run.ts';
import { queuedRun } from '../../../src/core/task/evolve/run.ts';
import { NO_TASK, type Run, type TaskState } from '../../../src/core/task/state/state.ts';
import { waitingStep } from '../../../src/core/task/state/step.ts';
import type { ModelService } from '../../../src/engine/dependencies.ts';
import type { AgentAdapter, AgentProbe } from '../../../src/engine/ports/agent.ts';
import type { WorkerReport } from '../../../src/engine/ports/workers.ts';
import { chainAsItStands } from '../../../src/engine/routing/chains.ts';
import { chooseAgent } from '../../../src/engine/routing/choose-agent.ts';
import { decide } from '../../../src/policy/decide.ts';
import { created, digest, sha } from '../../core/task/given.ts';
import { pack, RUN } from '../../policy/starter.ts';

const adapter = (
  name: string,
  probe: AgentProbe = { ok: true, version: '1.2.3' },
): AgentAdapter => ({
  ...createSimulated(),
  name,
  defaultModel: dialect => (dialect === 'gemini' ? null : `${name}-default`),
  probe: async () => probe,
});

const service = (provider: string, dialect: ModelService['dialect']): ModelService => ({
  provider,
  dialect,
  upstream: `https://${provider}.example`,
  secret: `${provider}-key`,
});

const OPENAI = service('openai', 'openai-responses');
const ANTHROPIC = service('anthropic', 'anthropic');
const GEMINI = service('gemini', 'gemini');
const PROVIDERS = new Set(['openai', 'anthropic', 'gemini']);
const MISSING = { ok: false, problem: 'It is not installed.', remediation: 'Install it.' } as const;

const machine = (
  adapters: AgentAdapter[],
  models: [string, ModelService[]][],
  realAgents = true,
) => ({
  adapters: new Map([createSimulated(), ...adapters].map(one => [one.name, one])),
  profiles: new Map(),
  settings: {
    worker: 'w1',
    labels: ['large'],
    realAgents,
    models: new Map(models),
    providers: PROVIDERS,
  } as never,
  workers: { ...never, alive: async () => alive },
  clock: { now: () => new Date(0) },
  runRecords: { ofRole: async () => ofRole, sums: async () => [], since: async () => latest },
});

/** The workers at work. */
let alive: WorkerReport[] = [];
const never = { report: async () => {}, leave: async () => {}, seen: async () => [] };

/** What the store has of earlier runs. */
let latest: RunRecord[] = [];
let ofRole: RunRecord[] = [];
afterEach(() => {
  alive = [];
  latest = [];
  ofRole = [];
});
const record = (adapter: string, over: Partial<RunRecord>): RunRecord => ({
  role: 'author',
  adapter,
  model: `${adapter}-default`,
  provider: null,
  repositoryId: 7,
  outcome: 'failure',
  class: 'transport',
  tokens: 0,
  nanoUsd: 0,
  ms: 0,
  rejected: null,
  asked: 0,
  denied: 0,
  interventions: 0,
  endedAt: new Date(0).toISOString(),
  ...over,
});

const author = (chain: string, order = 'fixed', runsOn = '[]') => {
  const read = parseProfile(
    `---\nname: author\ndescription: Writes.\nchain: ${chain}\norder: ${order}\nruns-on: ${runsOn}\ntools: [read]\ntrust: T2\nbudget: { tokens: 1000, wallMs: 60000 }\n---\nYou write.\n`,
  );
  if ('faults' in read) throw new Error(read.faults.join());
  return read.profile;
};

const given = created({});
const CREATED = given.type === 'create' ? given.data : null;

const STEPS: TaskState = { ...NO_TASK, steps: { author: waitingStep(1) } };

const runs = (...before: { adapter: string; model: string; failed: FailureClass }[]) => {
  const queued = (attempt: number): Run =>
    queuedRun(
      STEPS,
      {
        run: `author-1-${attempt}`,
        step: 'author',
        round: 1,
        attempt,
        executor: { kind: 'agent', role: 'author' },
        purpose: 'step',
        notBefore: null,
      },
      '',
    );
  const over = before.map(({ adapter, model, failed }, at): Run => {
    const choice = {
      adapter,
      version: '1',
      model,
      provider: 'x',
      reason: '',
      skipped: [],
      others: 1,
    };
    return {
      ...queued(at + 1),
      state: 'failure',
      choice,
      class: failed,
      reason: `It is ${failed}.`,
    };
  });
  const run = queued(over.length + 1);
  const state: TaskState = { ...STEPS, created: CREATED, runs: [...over, run] };
  return { state, run };
};

const BOTH: [string, ModelService[]][] = [
  ['codex', [OPENAI]],
  ['claude', [ANTHROPIC]],
];
const CHAIN = '[{ adapter: codex }, { adapter: claude }]';

describe('of a chain', () => {
  it('the first works, with its default model, and the others are counted', async () => {
    const deps = machine([adapter('codex'), adapter('claude')], BOTH);
    expect(await chooseAgent(deps, author(CHAIN), runs())).toEqual({
      adapter: 'codex',
      version: '1.2.3',
      model: 'codex-default',
      provider: 'openai',
      reason: 'It is the first of the chain.',
      skipped: [],
      others: 1,
    });
  });

  it('what is not switched on or not installed is passed over, with the reason', async () => {
    const deps = machine(
      [adapter('claude', MISSING), adapter('kilo')],
      [
        ['claude', [ANTHROPIC]],
        ['kilo', [ANTHROPIC]],
      ],
    );
    const chain = '[{ adapter: codex }, { adapter: claude }, { adapter: kilo }]';
    expect(await chooseAgent(deps, author(chain), runs())).toMatchObject({
      adapter: 'kilo',
      reason: 'It is the first of the chain that can work.',
      skipped: [
        { adapter: 'codex', model: null, reason: 'It is not switched on.' },
        { adapter: 'claude', model: 'claude-default', reason: 'It is not installed. Install it.' },
      ],
      others: 0,
    });
  });

  it('none that can is said with every reason', async () => {
    const deps = machine([adapter('claude', MISSING)], [['claude', [ANTHROPIC]]]);
    expect(await chooseAgent(deps, author(CHAIN), runs())).toBe(
      'No agent can work as author: claude: It is not installed. Install it.',
    );
  });

  it('a simulated agent stands in until real ones are switched on', async () => {
    const deps = machine([adapter('codex')], BOTH, false);
    expect(await chooseAgent(deps, author(CHAIN), runs())).toMatchObject({
      adapter: 'simulated',
      model: null,
      provider: null,
    });
  });
});

describe('a model', () => {
  const several: [string, ModelService[]][] = [['opencode', [ANTHROPIC, OPENAI, GEMINI]]];
  const deps = machine([adapter('opencode')], several);
  const chosen = (model: string) =>
    chooseAgent(deps, author(`[{ adapter: opencode, model: ${model} }]`), runs());

  it('may name its provider; else the first that the agent can call is taken', async () => {
    expect(await chosen('openai/large')).toMatchObject({ provider: 'openai', model: 'large' });
    expect(await chosen('vendor/large')).toMatchObject({
      provider: 'anthropic',
      model: 'vendor/large',
    });
  });
  it("of a provider that has no credential is no other provider's", async () => {
    const NO_KEY = 'Its model names anthropic, which has no key here.';
    const chain = '[{ adapter: opencode, model: anthropic/large }, { adapter: codex }]';
    const adapters = [adapter('opencode'), adapter('codex')];
    const openai = machine(adapters, [
      ['opencode', [OPENAI]],
      ['codex', [OPENAI]],
    ]);
    expect(await chooseAgent(openai, author(chain), runs())).toMatchObject({
      adapter: 'codex',
      skipped: [{ adapter: 'opencode', model: 'anthropic/large', reason: NO_KEY }],
    });
    // It is told of where nobody else is left, and not beside what could work.
    const alone = '[{ adapter: opencode, model: anthropic/large }]';
    expect(await chooseAgent(openai, author(alone), runs())).toBe(
      `No agent can work as author: opencode: ${NO_KEY}`,
    );
    const missing = machine(
      [adapter('opencode'), adapter('codex', MISSING)],
      [
        ['opencode', [OPENAI]],
        ['codex', [OPENAI]],
      ],
    );
    expect(await chooseAgent(missing, author(chain), runs())).toBe(
      'No agent can work as author: codex: It is not installed. Install it.',
    );
    // An endpoint of the operator's own may call its models so.
    const own = machine(adapters, [['opencode', [GEMINI]]]);
    expect(await chooseAgent(own, author(chain), runs())).toMatchObject({
      adapter: 'opencode',
      model: 'anthropic/large',
      provider: 'gemini',
    });
  });
  it('that nobody names, of a provider without a default, is asked for', async () => {
    const gemini = machine([adapter('opencode')], [['opencode', [GEMINI]]]);
    expect(await chooseAgent(gemini, author('[{ adapter: opencode }]'), runs())).toBe(
      'No agent can work as author: opencode: The file of its role names no model, and gemini has no usual one: name one there, as in `model: gemini/NAME`.',
    );
  });
});

describe('for a review', () => {
  const by = (chain: string) => ({ ...author(chain), name: 'reviewer' });
  const deps = machine([adapter('codex'), adapter('claude')], BOTH);
  /** Codex wrote what is reviewed. */
  const review = () => {
    const { state } = runs({ adapter: 'codex', model: 'codex-default', failed: 'agent' });
    const [wrote, queued] = state.runs;
    if (!wrote || !queued) throw new Error('there are two runs');
    const work = { base: sha('a'), head: sha('b'), tree: sha('c'), change: digest };
    const run = { ...queued, id: 'review-1-1', step: 'review' };
    const done = { ...wrote, state: 'success' as const, adapter: 'codex', class: null };
    const produced = { summary: '', work } as unknown as Run['produced'];
    return { state: { ...state, runs: [{ ...done, produced }, run] }, run };
  };

  it('whoever wrote what is reviewed comes last, as separation of duties wants it', async () => {
    const chosen = await chooseAgent(deps, by(CHAIN), review());
    expect(chosen).toMatchObject({
      adapter: 'claude',
      skipped: [{ adapter: 'codex', reason: 'It wrote what is reviewed.' }],
    });
    const regulated = pack('regulated');
    const started = (adapter: string) =>
      decide(regulated, {
        ...RUN,
        subject: {
          ...RUN.subject,
          ...{ role: 'reviewer', trust: 'T0', adapter, model: `${adapter}-default` },
        },
        context: { ...RUN.context, authors: [{ adapter: 'codex', model: 'codex-default' }] },
      }).outcome;
    expect([started('claude'), started('codex')]).toEqual(['allow', 'deny']);
  });
  it('it reviews all the same where nobody else can', async () => {
    const alone = machine([adapter('codex'), adapter('claude', MISSING)], BOTH);
    expect(await chooseAgent(alone, by(CHAIN), review())).toMatchObject({
      adapter: 'codex',
      reason:
        'It wrote what is reviewed. No other agent can work now, so it is tried all the same.',
    });
    expect(await chooseAgent(deps, by('[{ adapter: codex }]'), review())).toMatchObject({
      reason: 'It is the first of the chain.',
    });
  });
});

describe('after a failure', () => {
  const deps = machine([adapter('codex'), adapter('claude')], BOTH);
  const codex = (failed: FailureClass) => ({ adapter: 'codex', model: 'codex-default', failed });
  const claude = (failed: FailureClass) => ({ adapter: 'claude', model: 'claude-default', failed });

  it.each(['auth', 'rate_limit', 'transport'] as const)('by %s the next works', async failed => {
    expect(await chooseAgent(deps, author(CHAIN), runs(codex(failed)))).toMatchObject({
      adapter: 'claude',
      skipped: [
        {
          adapter: 'codex',
          model: 'codex-default',
          reason: `It failed in attempt 1: It is ${failed}.`,
        },
      ],
      others: 0,
    });
  });
  it('of the work itself, the same agent tries again', async () => {
    expect(await chooseAgent(deps, author(CHAIN), runs(codex('agent')))).toMatchObject({
      adapter: 'codex',
      skipped: [],
    });
  });
  it('of all, it begins with the first again, and nobody is left after it', async () => {
    const all = runs(codex('rate_limit'), claude('transport'));
    expect(await chooseAgent(deps, author(CHAIN), all)).toMatchObject({
      adapter: 'codex',
      skipped: [],
      others: 0,
    });
  });
});

describe('by the record of earlier runs', () => {
  const deps = machine([adapter('codex'), adapter('claude')], BOTH);

  it('one whose provider failed three times in a row comes last for a while', async () => {
    latest = Array.from({ length: 3 }, () => record('codex', {}));
    expect(await chooseAgent(deps, author(CHAIN), runs())).toMatchObject({
      adapter: 'claude',
      skipped: [{ adapter: 'codex', reason: expect.stringMatching(/^Its last 3 runs failed/) }],
      others: 1,
    });
    latest = ['codex', 'claude'].flatMap(name => Array.from({ length: 3 }, () => record(name, {})));
    // Where all are let alone, the first is tried all the same.
    expect(await chooseAgent(deps, author(CHAIN), runs())).toMatchObject({
      adapter: 'codex',
      reason: expect.stringMatching(
        /^Its last 3 runs failed because of its provider, so it is let alone for 5 min\. No other/,
      ),
    });
  });

  const retriedAt = (at: number) => {
    const { state, run } = runs();
    return { state: { ...state, retriedAt: new Date(at).toISOString() }, run };
  };
  it.each([CHAIN, '[{ adapter: codex }]'])(
    'of %s, a person who asks for another try gets it from one that is let alone, once',
    async chain => {
      latest = Array.from({ length: 3 }, () => record('codex', {}));
      const chosen = await chooseAgent(deps, author(chain), retriedAt(0));
      expect(chosen).toMatchObject({
        adapter: 'codex',
        reason:
          'Its last 3 runs failed because of its provider. A person asked for another try since, so it is tried once more.',
        skipped: [],
      });
    },
  );
  it('what failed after a person asked for another try lets it alone again', async () => {
    latest = Array.from({ length: 3 }, () => record('codex', {}));
    expect(await chooseAgent(deps, author(CHAIN), retriedAt(-1))).toMatchObject({
      adapter: 'claude',
    });
    expect(await chooseAgent(deps, author('[{ adapter: codex }]'), retriedAt(-1))).toMatchObject({
      adapter: 'codex',
      reason: expect.stringMatching(/ No other agent can work now, so it is tried all the same\.$/),
    });
  });

  it('the best comes first, where the role is ordered so, and the reason says why', async () => {
    ofRole = Array.from({ length: 5 }, () => record('claude', { outcome: 'success', class: null }));
    expect(await chooseAgent(deps, author(CHAIN, 'success'), runs())).toMatchObject({
      adapter: 'claude',
      reason: 'By its record in all repositories: the work of 5 of 5 runs stood.',
      skipped: [],
    });
    expect(await chooseAgent(deps, author(CHAIN), runs())).toMatchObject({ adapter: 'codex' });
  });
});

describe('of a role that asks for labels', () => {
  const deps = machine([adapter('codex', MISSING), adapter('claude')], BOTH);
  const worker = (name: string, labels: string[], agent: string): WorkerReport => ({
    name,
    labels,
    agents: [{ adapter: agent, version: '9.9.9' }],
  });

  it('what this worker has counts where it carries them', async () => {
    alive = [worker('w2', ['large'], 'codex')];
    expect(await chooseAgent(deps, author(CHAIN, 'fixed', 'large'), runs())).toMatchObject({
      adapter: 'claude',
      version: '1.2.3',
    });
  });
  it('what the workers that carry them have counts where it does not', async () => {
    alive = [worker('w2', ['gpu'], 'codex'), worker('w3', ['other'], 'claude')];
    expect(await chooseAgent(deps, author(CHAIN, 'fixed', 'gpu'), runs())).toMatchObject({
      adapter: 'codex',
      version: '9.9.9',
    });
    alive = [worker('w3', ['gpu'], 'other')];
    expect(await chooseAgent(deps, author(CHAIN, 'fixed', 'gpu'), runs())).toBe(
      'No agent can work as author: codex: No worker with the labels has it. Install it there with `gatehouse agents install codex`. claude: No worker with the labels has it. Install it there with `gatehouse agents install claude`.',
    );
  });
});

it('a chain as it stands tells the figures of all repositories to those who see all of them', async () => {
  const deps = machine([adapter('codex'), adapter('claude')], BOTH);
  ofRole = Array.from({ length: 40 }, () => record('claude', { outcome: 'success', class: null }));
  const first = async (whole: boolean) =>
    (await chainAsItStands(deps, author(CHAIN, 'success'), whole))[0];
  expect((await first(true))?.reason).toMatch(/^By its record in all repositories: .*40/);
  expect(await first(false)).toMatchObject({
    adapter: 'claude',
    state: 'next',
    reason: 'By its record in all repositories.',
  });
});
