/** The agents of a machine: what is there, what is missing, and what mends it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSimulated } from '../../../src/adapters/agents/simulated.ts';
import { describeAgents } from '../../../src/cli/agents/describe.ts';
import type { Agent } from '../../../src/compose/agents/agent-table.ts';
import { createAdapters } from '../../../src/compose/agents/agents.ts';
import { PROVIDERS } from '../../../src/compose/agents/providers.ts';
import { installAgents } from '../../../src/compose/commands/install-agents.ts';
import { checkAgents } from '../../../src/compose/doctor/check-agents.ts';
import { readStoreConfig } from '../../../src/config.ts';
import type { AgentProbe } from '../../../src/engine/ports/agent.ts';
import type { AgentsChecked } from '../../../src/engine/ports/doctor.ts';
import { runProgram } from '../../cli/run-program.ts';

const KEY = 'a key of no known shape';
let folder = '';
let upstream = '';
let status = 200;
const asked: { path: string | undefined; body: string }[] = [];
const provider = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  asked.push({ path: request.url, body });
  response.writeHead(status, { 'content-type': 'application/json' }).end(`{"you sent":"${KEY}"}`);
});

/** Its CLI says this of itself. */
let said: AgentProbe = { ok: true, version: '1.2.0' };
const parrot = (adapter: string, model: string | null = 'large'): Agent => ({
  adapter,
  // A provider with two APIs is named once.
  dialects: ['openai-responses', 'openai-chat'],
  load: async () => ({
    cli: {
      name: `${adapter}-cli`,
      version: '1.2.0',
      oldest: '1.1.0',
      folder: adapter,
      program: 'bin/program',
      megabytes: 1,
    },
    create: installed => ({
      ...createSimulated(),
      name: adapter,
      defaultModel: () => model,
      probe: async () =>
        said.ok ? { ok: true, version: installed.split('-').at(-1) ?? '' } : said,
    }),
  }),
});
const tables = { agents: [parrot('first'), parrot('second')], providers: PROVIDERS };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-agents-'));
  await new Promise<void>(done => provider.listen(0, '127.0.0.1', done));
  upstream = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  await writeFile(
    join(folder, 'author.md'),
    '---\nname: author\ndescription: Writes.\nchain: [{ adapter: first }, { adapter: second }]\ntools: [edit]\ntrust: T2\nbudget: { tokens: 1000, wallMs: 60000 }\n---\nYou write.\n',
  );
});
afterAll(async () => {
  await new Promise(done => provider.close(done));
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  status = 200;
  asked.length = 0;
  said = { ok: true, version: '1.2.0' };
  await rm(join(folder, 'state'), { recursive: true, force: true });
});

const install = async (name: string) => {
  const program = join(folder, 'state/agents', name, 'bin/program');
  await mkdir(dirname(program), { recursive: true });
  await writeFile(program, '');
};
const configOf = (env: Record<string, string> = {}) => {
  const read = readStoreConfig(
    { GATEHOUSE_STATE_DIR: join(folder, 'state'), GATEHOUSE_AGENTS: folder, ...env },
    PROVIDERS,
  );
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.config;
};
const KEYED = () => ({
  OPENAI_API_KEY: KEY,
  OPENAI_BASE_URL: upstream,
  GATEHOUSE_REAL_AGENTS: '1',
});
const check = (env: Record<string, string>, live = false) =>
  checkAgents(configOf(env), { live }, tables);
const states = ({ agents }: AgentsChecked) =>
  agents.map(({ adapter, state, version }) => [adapter, state, version]);

describe('an agent', () => {
  it('without a credential or a CLI is unused, which is no fault while agents are simulated', async () => {
    await install('first-1.2.0');
    const checked = await check({});
    expect(states(checked)).toEqual([
      ['first', 'unused', '1.2.0'],
      ['second', 'unused', null],
    ]);
    expect(checked).toMatchObject({ ok: true, mode: 'simulated', roles: [] });
  });

  it('with both is ready, in the newest version that is accepted', async () => {
    for (const version of ['1.0.9', '1.1.0', '1.1.10', '1.3.0', '1.1.9-rc'])
      await install(`second-${version}`);
    // Half of an installation is none.
    await mkdir(join(folder, 'state/agents/second-1.2.0'), { recursive: true });
    const checked = await check(KEYED());
    expect(states(checked)).toEqual([
      ['first', 'unused', null],
      ['second', 'ready', '1.1.10'],
    ]);
    expect(checked).toMatchObject({ ok: true, roles: [] });
    expect(describeAgents(checked).join('\n')).toMatchSnapshot();
  });

  it('whose CLI does not start is broken, and the command that mends it is named', async () => {
    await install('first-1.2.0');
    said = { ok: false, problem: 'It does not start.', remediation: '' };
    const checked = await check(KEYED());
    expect(checked.ok).toBe(false);
    expect(checked.agents[0]).toMatchObject({
      state: 'broken',
      problem: 'It does not start.',
      remediation: 'gatehouse agents install first',
    });
    expect(checked.roles).toMatchObject([
      {
        problem: 'first has a credential and does not work',
        remediation: 'gatehouse agents install first',
      },
    ]);
    expect(describeAgents(checked)[1]).toMatch(/^✗ {2}first +does not start \(pinned: 1\.2\.0\)/);
  });
});

it('a role that no agent is ready for is a fault, with the one that lacks least', async () => {
  expect((await check(KEYED())).roles).toEqual([
    {
      role: 'author',
      problem: 'first has a credential and is not installed',
      remediation: 'gatehouse agents install first',
    },
  ]);
});

it('a role whose agents call the models of another provider has none that is ready', async () => {
  const roles = join(folder, 'elsewhere');
  await mkdir(roles, { recursive: true });
  await writeFile(
    join(roles, 'author.md'),
    '---\nname: author\ndescription: Writes.\nchain: [{ adapter: first, model: anthropic/large }]\ntools: [edit]\ntrust: T2\nbudget: { tokens: 1000, wallMs: 60000 }\n---\nYou write.\n',
  );
  await install('first-1.2.0');
  const checked = await check({ ...KEYED(), GATEHOUSE_AGENTS: roles });
  expect(states(checked)[0]).toEqual(['first', 'ready', '1.2.0']);
  expect(checked.roles).toMatchObject([
    {
      role: 'author',
      problem:
        'first has a credential, and none of anthropic, whose model anthropic/large its chain names',
      remediation: expect.stringMatching(/^Set the key of anthropic, or name another model/),
    },
  ]);
});

it.each([
  [
    '{ adapter: first }',
    'no agent of its chain names a model of openai-compatible',
    /^Name one in the role's file, such as `chain: \[\{ adapter: api, model: openai-compatible\//,
  ],
  [
    '{ adapter: first, model: qwen }',
    'first has a credential and is not installed',
    /^gatehouse agents install first$/,
  ],
])(
  'with an endpoint of the operator alone, the chain %s has a model to name',
  async (chain, problem, remediation) => {
    const roles = join(folder, 'roles');
    await mkdir(roles, { recursive: true });
    for (const name of ['author', 'linter'])
      await writeFile(
        join(roles, `${name}.md`),
        `---\nname: ${name}\ndescription: Writes.\nchain: [${chain}]\ntools: [edit]\ntrust: T2\nbudget: { tokens: 1000, wallMs: 60000 }\n---\nYou write.\n`,
      );
    const own = parrot('first', null);
    const config = configOf({
      OPENAI_COMPATIBLE_BASE_URL: upstream,
      GATEHOUSE_REAL_AGENTS: '1',
      GATEHOUSE_AGENTS: roles,
    });
    const checked = await checkAgents(
      config,
      { live: false },
      { agents: [{ ...own, dialects: ['openai-chat'] }], providers: PROVIDERS },
    );
    expect(checked.roles).toEqual(
      ['author', 'linter'].map(role => ({
        role,
        problem,
        remediation: expect.stringMatching(remediation),
      })),
    );
    // Both lack the same, which is one thing to fix.
    expect(describeAgents(checked).filter(line => line.startsWith('✗'))).toEqual([
      `✗ roles author, linter: ${problem}`,
    ]);
  },
);

it('a credential that can not be used is no credential, and the role says why', async () => {
  await install('first-1.2.0');
  const key = join(folder, 'key');
  const openai = { OPENAI_BASE_URL: upstream, OPENAI_API_KEY_FILE: key };
  const env = { ...openai, GATEHOUSE_REAL_AGENTS: '1' };
  await writeFile(key, `Bearer ${KEY}\n`);
  const checked = await check(env, true);
  expect(checked.agents[0]).toMatchObject({
    state: 'unused',
    credentials: ["openai from OPENAI_API_KEY, which can't be used"],
  });
  expect(checked.roles).toEqual([
    {
      role: 'author',
      problem: `the file ${key} begins with "Bearer"`,
      remediation: 'Leave that word out.',
    },
  ]);
  expect(asked).toEqual([]);
  expect(JSON.stringify(checked)).not.toContain(KEY);
  await writeFile(key, `"${KEY}"\n`);
  expect((await check(env)).agents[0]).toMatchObject({ state: 'ready' });
});

describe('a cap on money alone', () => {
  const BUDGETS = '{"run": {"usd": 1}, "task": {"usd": 20, "tokens": 900}, "day": {"usd": 200}}';

  it('is warned of where an agent that is ready calls a model without a known price', async () => {
    await install('first-1.2.0');
    const checked = await check({ ...KEYED(), GATEHOUSE_BUDGETS: BUDGETS });
    expect(checked).toMatchObject({ ok: true, roles: [] });
    expect(describeAgents(checked).slice(-2)).toEqual([
      "! no price of openai/large is known, so the budget day with a cap on money alone can't hold what is spent there",
      '    → Cap tokens, calls or minutes as well, such as {"day": {"tokens": 20000000}} in GATEHOUSE_BUDGETS, or name the price in GATEHOUSE_PRICES.',
    ]);
  });
  it.each([
    ['the price is named', { GATEHOUSE_PRICES: '{"openai/large": {"input": 0, "output": 0}}' }],
    ['agents are simulated', { GATEHOUSE_REAL_AGENTS: '' }],
    ['something else is capped', { GATEHOUSE_BUDGETS: '{"day": {"usd": 200, "minutes": 600}}' }],
  ])('is not where %s', async (_why, env) => {
    await install('first-1.2.0');
    const { warnings } = await check({ ...KEYED(), GATEHOUSE_BUDGETS: BUDGETS, ...env });
    expect(warnings).toEqual([]);
  });
  it('is not because of an agent that is not there', async () => {
    const { warnings } = await check({ ...KEYED(), GATEHOUSE_BUDGETS: BUDGETS });
    expect(warnings).toEqual([]);
  });
});

describe('a call', () => {
  it('is made where it is asked for, for as little as can be, and its answer is shown', async () => {
    await install('first-1.2.0');
    expect((await check(KEYED())).agents[0]?.call).toBeNull();
    expect(asked).toEqual([]);
    expect((await check(KEYED(), true)).agents[0]).toMatchObject({
      state: 'ready',
      call: 'large answers',
    });
    expect(asked[0]).toEqual({
      path: '/v1/responses',
      body: JSON.stringify({ model: 'large', input: 'Hi', max_output_tokens: 16, store: false }),
    });
  });
  it.each([
    [
      401,
      'large of openai does not answer: 401, it refuses the credential',
      /^Correct OPENAI_API_KEY\.$/,
    ],
    [404, 'large of openai does not answer: 404 {"you sent":"…"}', /^See what the provider says/],
  ])('that is answered with %s says so, and never the credential', async (code, problem, mends) => {
    await install('first-1.2.0');
    status = code;
    const checked = await check(KEYED(), true);
    expect(checked.agents[0]).toMatchObject({ state: 'broken', call: 'no answer', problem });
    expect(checked.agents[0]?.remediation).toMatch(mends);
    expect(JSON.stringify(checked)).not.toContain(KEY);
  });
  it('that reaches nobody says why, and does not blame the credential', async () => {
    await install('first-1.2.0');
    const [agent] = (await check({ ...KEYED(), OPENAI_BASE_URL: 'http://127.0.0.1:2' }, true))
      .agents;
    expect(agent?.problem).toContain('connect ECONNREFUSED 127.0.0.1:2');
    expect(agent?.remediation).toContain('reaches http://127.0.0.1:2, or');
  });
});

it('what is installed works, and nothing is installed by itself', async () => {
  await install('second-1.1.0');
  const wanted = { ...tables, named: new Set(['first', 'second']) };
  const adapters = await createAdapters(configOf(KEYED()), wanted, { info: () => {} });
  expect([...adapters.keys()]).toEqual(['command', 'simulated', 'first', 'second']);
  expect(await adapters.get('second')?.probe()).toEqual({ ok: true, version: '1.1.0' });
});

it('an agent that no role names is not installed', async () => {
  const wanted = { agents: [parrot('third')], providers: PROVIDERS, named: new Set(['api']) };
  const info = vi.fn();
  await createAdapters(configOf(KEYED()), wanted, { info });
  expect(info).not.toHaveBeenCalled();
});

describe('gatehouse agents', () => {
  const checked: AgentsChecked = {
    ok: false,
    mode: 'real',
    agents: [],
    roles: [],
    warnings: [],
  };

  it('list ends with 1 where something is broken', async () => {
    const services = { checkAgents: async () => checked };
    expect(await runProgram(['agents', 'list'], services)).toMatchObject({ code: 1 });
    expect(JSON.parse((await runProgram(['agents', 'list', '--json'], services)).out)).toEqual(
      checked,
    );
  });
  it('install refuses a name that is no agent, before it installs anything', async () => {
    await expect(installAgents(configOf(), ['codex', 'codx'], () => {})).rejects.toThrow(
      /^There is no agent "codx"\. Did you mean codex\? There are: codex/,
    );
  });
  it('install says what is where', async () => {
    const installed = [{ adapter: 'codex', version: '1.2.3', folder: '/var/agents/codex-1.2.3' }];
    const services = {
      async installAgents(_names: readonly string[], report: (message: string) => void) {
        report('installing');
        return installed;
      },
    };
    expect((await runProgram(['agents', 'install', 'codex'], services)).out).toBe(
      'installing\ncodex 1.2.3 is in /var/agents/codex-1.2.3\n',
    );
  });
});
