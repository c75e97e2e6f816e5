/** The real Codex, in the real sandbox, through the real gateway, against a scripted model. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { codex as codexAgent } from '../../src/adapters/agents/codex/install.ts';
import { installCli } from '../../src/adapters/agents/install.ts';
import { createSandbox } from '../../src/adapters/sandbox/sandbox.ts';
import { redact } from '../../src/core/redact.ts';
import { createChannel } from '../../src/engine/attempt/channel.ts';
import { type Executed, execute } from '../../src/engine/attempt/execute.ts';
import { createJournal } from '../../src/engine/attempt/journal.ts';
import type { AgentAdapter, AgentRequest } from '../../src/engine/ports/agent.ts';
import type { GatewayReport } from '../../src/engine/ports/gateway.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { type ScriptedModel, startScriptedModel } from '../model/server.ts';

/** What the provider must see, and nothing inside ever. */
export const KEY = `sk-test-${'a1b2c3d4'.repeat(5)}`;

/** Kept between runs of the suite: it is large. */
export async function codex(): Promise<AgentAdapter> {
  const dir = join(import.meta.dirname, '../../.gatehouse/agents');
  return codexAgent.create(await installCli(codexAgent.cli, { dir, report: console.log }));
}

export type CodexRun = Executed & {
  folder: string;
  model: ScriptedModel;
  report: GatewayReport;
  ms: number;
};

export async function runCodex(of: {
  model: Parameters<typeof startScriptedModel>[0];
  files?: Record<string, string>;
  request?: Partial<AgentRequest>;
  tokenLimit?: number;
  /** Called once it runs; its signal ends the run. */
  signal?: (folder: string) => AbortSignal;
  wallMs?: number;
}): Promise<CodexRun> {
  const stateDir = await mkdtemp(join(tmpdir(), 'agents-'));
  onTestFinished(() => rm(stateDir, { recursive: true, force: true }));
  const folder = join(stateDir, 'work');
  for (const [path, text] of Object.entries({ 'README.md': '# A\n', ...of.files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const model = await startScriptedModel(of.model);
  const sandbox = await createSandbox({ stateDir });
  const gateway = await (await createGateway({ stateDir })).open({
    run: 'run',
    model: {
      dialect: 'openai-responses',
      upstream: model.url,
      credential: async () => KEY,
      mayCall: async () => ({ outcome: 'allow', ruleId: null, reason: '' }),
    },
    record: null,
    hosts: [],
    registries: [],
    tokenLimit: of.tokenLimit ?? null,
    decide: null,
  });
  const began = performance.now();
  try {
    const adapter = await codex();
    const request = {
      run: 'run',
      prompt: 'Fix the failing test.',
      model: null,
      session: null,
      readOnly: false,
      tools: ['read' as const, 'edit' as const, 'shell' as const],
      outputSchema: null,
      argv: [],
      ...of.request,
    };
    const channel = createChannel(null);
    const reader = adapter.reader(request, channel.forReader);
    const journal = createJournal({
      run: 'run',
      adapter: adapter.name,
      version: '0.169.0',
      session: reader.session,
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
        home: folder,
        keepHome: async () => null,
        keepPrepared: async key => ({ key, paths: [] }),
        close: async () => {},
      },
      sandbox,
      gateway,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      binds: [],
      limits: {
        wallMs: of.wallMs ?? 60_000,
        outputBytes: 16e6,
        memoryBytes: 4e9,
        processes: 200,
        tmpBytes: 256e6,
      },
      signal: of.signal?.(folder) ?? new AbortController().signal,
      redact,
    });
    const ms = performance.now() - began;
    return { ...executed, folder, model, report: gateway.report(), ms };
  } finally {
    await gateway.close();
    await model.close();
  }
}
