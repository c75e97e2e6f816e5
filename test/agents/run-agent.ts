/** A real agent, in the real sandbox, through the real gateway, against a scripted model. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createSandbox } from '../../src/adapters/sandbox/sandbox.ts';
import type { AgentEvent } from '../../src/core/agent-event.ts';
import { firstFalseLine } from '../../src/engine/attempt/process/journal.ts';
import type { GatewayReport, GatewaySpec } from '../../src/engine/ports/gateway.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { journalLines } from '../engine/attempt/journal-lines.ts';
import { tokensOfARun } from '../gateway/tokens-of-a-run.ts';
import { type ModelRequest, startScriptedModel } from '../model/server.ts';
import {
  ALLOWED,
  createAsking,
  type ExecuteOptions,
  executeAgent,
  type RealAgent,
} from './execute-agent.ts';
import { processesIn } from './processes.ts';

/** What the provider must see, and nothing inside ever. */
export const KEY = `sk-test-${'a1b2c3d4'.repeat(5)}`;

export type RunOptions = Omit<ExecuteOptions, 'signal' | 'asking'> & {
  model: Parameters<typeof startScriptedModel>[0];
  /** The address of a provider, where it is not the scripted model. */
  upstream?: string;
  files?: Record<string, string>;
  /** The run whose session, work tree and home this one goes on with. */
  after?: AgentRun;
  /** MCP servers that its gateway reaches. */
  mcp?: GatewaySpec['mcp'];
  /** What it may spend in all. */
  tokens?: number;
  /** Called once it runs; its signal ends the run. */
  signal?: (folder: string) => AbortSignal;
};

export type AgentRun = Awaited<ReturnType<typeof executeAgent>> & {
  /** The work tree, and the folder of what the agent keeps. */
  folder: string;
  home: string;
  events: AgentEvent[];
  requests: ModelRequest[];
  report: GatewayReport;
  /** From its first call of the model to its end: how long a CLI takes to start depends on the machine. */
  ms: number;
};

/** What holds for every run is checked here: no survivor, no key in sight, a true journal. */
export async function runAgent(agent: RealAgent, of: RunOptions): Promise<AgentRun> {
  const stateDir = await mkdtemp(join(tmpdir(), 'agents-'));
  onTestFinished(() => rm(stateDir, { recursive: true, force: true }));
  const { folder, home } = of.after ?? (await layOut(stateDir, of.files ?? {}));
  const model = await startScriptedModel(of.model);
  const sandbox = await createSandbox({ stateDir });
  const asking = createAsking(of.decide);
  let began = Number.NaN;
  const gateway = await (await createGateway({ stateDir })).open({
    run: 'run',
    model: {
      dialect: agent.dialect,
      upstream: of.upstream ?? model.url,
      credential: async () => KEY,
      mayCall: async () => {
        began ||= performance.now();
        return ALLOWED;
      },
    },
    record: null,
    background: null,
    called: null,
    hosts: [],
    mayConnect: null,
    registries: [],
    mcp: of.mcp ?? [],
    budget: of.tokens === undefined ? null : tokensOfARun(of.tokens),
    decide: asking.decide,
  });
  try {
    const session = of.after?.session ?? null;
    const executed = await executeAgent(
      agent,
      { folder, home, sandbox, gateway },
      {
        asking,
        ...(of.limits && { limits: of.limits }),
        ...(of.signal && { signal: of.signal(folder) }),
        request: { session, ...of.request },
      },
    );
    const ms = performance.now() - began;
    const lines = journalLines(executed.journal);
    const run = {
      ...executed,
      folder,
      home,
      events: lines.map(({ event }) => event),
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
