/** A real agent, in the real sandbox, through the real gateway, against a scripted model. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { installCli } from '../../src/adapters/agents/install.ts';
import { createSandbox } from '../../src/adapters/sandbox/sandbox.ts';
import { AGENTS } from '../../src/compose/agent-table.ts';
import type { ActAnswer } from '../../src/core/act.ts';
import type { AgentEvent } from '../../src/core/agent-event.ts';
import { redact } from '../../src/core/redact.ts';
import { createChannel } from '../../src/engine/attempt/channel.ts';
import { type Executed, execute } from '../../src/engine/attempt/execute.ts';
import { createJournal, firstFalseLine } from '../../src/engine/attempt/journal.ts';
import { type AgentQuestion, readQuestion } from '../../src/engine/facts/agent-question.ts';
import type { AgentAdapter, AgentRequest } from '../../src/engine/ports/agent.ts';
import type { GatewayReport, ModelRoute } from '../../src/engine/ports/gateway.ts';
import type { Limits } from '../../src/engine/ports/sandbox.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { journalLines } from '../engine/attempt/journal-lines.ts';
import { type ModelRequest, startScriptedModel } from '../model/server.ts';
import { processesIn } from './processes.ts';

/** What the provider must see, and nothing inside ever. */
export const KEY = `sk-test-${'a1b2c3d4'.repeat(5)}`;

const ALLOWED: ActAnswer = { outcome: 'allow', ruleId: 'suite', reason: '' };

export type RealAgent = {
  adapter: AgentAdapter;
  version: string;
  /** What it speaks to its model. */
  dialect: ModelRoute['dialect'];
};

/** The agent of the table, whose CLI is installed where it is missing, and kept: it is large. */
export async function openAgent(
  name: string,
  dialect: ModelRoute['dialect'] | null,
): Promise<RealAgent> {
  const row = AGENTS.find(({ adapter }) => adapter === name);
  if (!row) throw new Error(`the table of agents has no "${name}"`);
  const { cli, create } = await row.load();
  const dir = join(import.meta.dirname, '../../.gatehouse/agents');
  const adapter = create(await installCli(cli, { dir, report: console.log }));
  const speaks = dialect ?? row.dialects[0];
  if (!speaks) throw new Error(`${name} speaks nothing`);
  return { adapter, version: cli.version, dialect: speaks };
}

export type RunOptions = {
  model: Parameters<typeof startScriptedModel>[0];
  /** The address of a provider, where it is not the scripted model. */
  upstream?: string;
  files?: Record<string, string>;
  /** The run whose session, work tree and home this one goes on with. */
  after?: AgentRun;
  request?: Partial<AgentRequest>;
  tokenLimit?: number;
  /** Answers what the agent asks; by default, everything is allowed. */
  decide?: (question: AgentQuestion) => ActAnswer | Promise<ActAnswer>;
  /** Called once it runs; its signal ends the run. */
  signal?: (folder: string) => AbortSignal;
  limits?: Partial<Limits>;
};

export type AgentRun = Executed & {
  /** The work tree, and the folder of what the agent keeps. */
  folder: string;
  home: string;
  events: AgentEvent[];
  /** What it asked before it acted. */
  asked: AgentQuestion[];
  requests: ModelRequest[];
  report: GatewayReport;
  ms: number;
};

/** What holds for every run is checked here: no survivor, no key in sight, a true journal. */
export async function runAgent(agent: RealAgent, of: RunOptions): Promise<AgentRun> {
  const { adapter, dialect } = agent;
  const stateDir = await mkdtemp(join(tmpdir(), 'agents-'));
  onTestFinished(() => rm(stateDir, { recursive: true, force: true }));
  const { folder, home } = of.after ?? (await layOut(stateDir, of.files ?? {}));
  const model = await startScriptedModel(of.model);
  const sandbox = await createSandbox({ stateDir });
  const gateway = await (await createGateway({ stateDir })).open({
    run: 'run',
    model: {
      dialect,
      upstream: of.upstream ?? model.url,
      credential: async () => KEY,
      mayCall: async () => ALLOWED,
    },
    record: null,
    hosts: [],
    registries: [],
    tokenLimit: of.tokenLimit ?? null,
    decide: null,
  });
  try {
    const name = adapter.defaultModel(dialect);
    const request: AgentRequest = {
      run: 'run',
      prompt: 'Fix the failing test.',
      model: name === null ? null : { name, dialect },
      session: of.after?.session ?? null,
      readOnly: false,
      repositoryConfig: false,
      tools: ['read', 'edit', 'shell'],
      outputSchema: null,
      argv: [],
      ...of.request,
    };
    const asked: AgentQuestion[] = [];
    const channel = createChannel(async question => {
      const read = readQuestion(question);
      if (!read.ok) throw new Error(read.problem);
      asked.push(read.question);
      return (await of.decide?.(read.question)) ?? ALLOWED;
    });
    const reader = adapter.reader(request, channel.forReader);
    const journal = createJournal({
      run: 'run',
      adapter: adapter.name,
      version: agent.version,
      session: reader.session,
      written: () => {},
      redact,
      clock: { now: () => new Date() },
    });
    const began = performance.now();
    const executed = await execute({
      adapter,
      reader,
      channel,
      journal,
      request,
      directory: '',
      workspace: {
        workTree: { kind: 'folder', path: folder },
        binds: [],
        collect: async () => null,
        home,
        keepHome: async () => null,
        keepPrepared: async key => ({ key, paths: [] }),
        close: async () => {},
      },
      sandbox,
      gateway,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      binds: [],
      limits: {
        wallMs: 120_000,
        outputBytes: 16e6,
        memoryBytes: 4e9,
        processes: 200,
        tmpBytes: 256e6,
        ...of.limits,
      },
      signal: of.signal?.(folder) ?? new AbortController().signal,
      redact,
    });
    const ms = performance.now() - began;
    const lines = journalLines(executed.journal);
    const run = {
      ...executed,
      folder,
      home,
      events: lines.map(({ event }) => event),
      asked,
      requests: model.requests,
      report: gateway.report(),
      ms,
    };
    expect(firstFalseLine(lines)).toBeNull();
    expect(await processesIn(folder)).toEqual([]);
    expectNoKey(run);
    return run;
  } finally {
    await gateway.close();
    await model.close();
  }
}

async function layOut(stateDir: string, files: Record<string, string>) {
  const [folder, home] = [join(stateDir, 'work'), join(stateDir, 'home')];
  await mkdir(home, { recursive: true });
  for (const [path, text] of Object.entries({ 'README.md': '# A\n', ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return { folder, home };
}

/** The provider gets the key, and nobody else: what the model was told has passed no redaction. */
function expectNoKey({ requests, stdout, stderr, journal }: AgentRun): void {
  const told = requests.map(({ text }) => text);
  for (const text of [...told, stdout, stderr, journal.text()]) expect(text).not.toContain(KEY);
  for (const { headers } of requests)
    expect(
      [headers.authorization, headers['x-api-key'], headers['x-goog-api-key']].join(''),
    ).toMatch(new RegExp(`^(Bearer )?${KEY}$`));
}
