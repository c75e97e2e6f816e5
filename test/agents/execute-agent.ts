/** One run of a real agent, as the engine executes it, in whatever sandbox is given. */
import { join } from 'node:path';
import { installCli } from '../../src/adapters/agents/install.ts';
import { AGENTS } from '../../src/compose/agents/agent-table.ts';
import type { ActAnswer } from '../../src/core/act.ts';
import { redact } from '../../src/core/redaction/redact.ts';
import { createChannel } from '../../src/engine/attempt/process/channel.ts';
import { type Executed, execute } from '../../src/engine/attempt/process/execute.ts';
import { createJournal } from '../../src/engine/attempt/process/journal.ts';
import { type AgentQuestion, readQuestion } from '../../src/engine/facts/agent-question.ts';
import type { AgentAdapter, AgentRequest } from '../../src/engine/ports/agent.ts';
import type { Decide, ModelRoute, OpenGateway } from '../../src/engine/ports/gateway.ts';
import type { Limits, Sandbox } from '../../src/engine/ports/sandbox.ts';

export const ALLOWED: ActAnswer = { outcome: 'allow', ruleId: 'suite', reason: '' };

/** CLIs are kept between runs: they are large. */
export const CLIS = join(import.meta.dirname, '../../.gatehouse/agents');

export type RealAgent = {
  adapter: AgentAdapter;
  version: string;
  /** What it speaks to its model. */
  dialect: ModelRoute['dialect'];
};

/** The agent of the table, whose CLI is installed where it is missing. */
export async function openAgent(
  name: string,
  dialect: ModelRoute['dialect'] | null,
): Promise<RealAgent> {
  const row = AGENTS.find(({ adapter }) => adapter === name);
  if (!row) throw new Error(`the table of agents has no "${name}"`);
  const agent = await row.load();
  const adapter =
    agent.cli === null
      ? agent.create()
      : agent.create(await installCli(agent, { dir: CLIS, report: console.log }));
  const speaks = dialect ?? row.dialects[0];
  if (!speaks) throw new Error(`${name} speaks nothing`);
  const probe = await adapter.probe();
  if (!probe.ok) throw new Error(probe.problem);
  return { adapter, version: probe.version, dialect: speaks };
}

export type Asking = { asked: AgentQuestion[]; decide: Decide };

export type ExecuteOptions = {
  request?: Partial<AgentRequest>;
  /** Answers what the agent asks; by default, everything is allowed. */
  decide?: (question: AgentQuestion) => ActAnswer | Promise<ActAnswer>;
  /** In place of `decide`, where others ask besides. */
  asking?: Asking;
  signal?: AbortSignal;
  limits?: Partial<Limits>;
};

export type Place = {
  /** The work tree, and the folder of what the agent keeps. */
  folder: string;
  home: string;
  sandbox: Sandbox;
  gateway: OpenGateway | null;
};

/** Takes down what is asked, and answers it. */
export function createAsking(decide: ExecuteOptions['decide']): Asking {
  const asked: AgentQuestion[] = [];
  return {
    asked,
    async decide(question) {
      const read = readQuestion(question);
      if (!read.ok) throw new Error(read.problem);
      asked.push(read.question);
      return (await decide?.(read.question)) ?? ALLOWED;
    },
  };
}

/** `asked`: what the agent asked before it acted. */
export async function executeAgent(
  { adapter, version, dialect }: RealAgent,
  { folder, home, sandbox, gateway }: Place,
  of: ExecuteOptions = {},
): Promise<Executed & { asked: AgentQuestion[] }> {
  // The model of an endpoint of the operator's own has no usual name.
  const name = adapter.defaultModel(dialect) ?? 'scripted';
  const request: AgentRequest = {
    run: 'run',
    instructions: 'You are the author.',
    prompt: 'Fix the failing test.',
    model: { name, dialect },
    session: null,
    readOnly: false,
    repositoryConfig: false,
    tools: ['read', 'edit', 'shell'],
    servers: [],
    outputSchema: null,
    argv: [],
    ...of.request,
  };
  const { asked, decide } = of.asking ?? createAsking(of.decide);
  const channel = createChannel(decide);
  const reader = adapter.reader(request, channel.forReader);
  const journal = createJournal({
    run: 'run',
    adapter: adapter.name,
    version,
    session: reader.session,
    written: () => {},
    redact,
    clock: { now: () => new Date() },
  });
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
      submodules: [],
      keepPrepared: async key => ({ key, paths: [] }),
      close: async () => {},
    },
    sandbox,
    gateway,
    paid: () => null,
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
    signal: of.signal ?? new AbortController().signal,
    redact,
  });
  return { ...executed, asked };
}
