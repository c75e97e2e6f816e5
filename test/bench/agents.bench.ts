/**
 * Measures a whole run of each real agent that is installed, in the sandbox and behind the gateway,
 * beside the same CLI by itself that calls the same scripted model directly.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedVersion } from '../../src/adapters/agents/install.ts';
import { AGENTS } from '../../src/compose/agents/agent-table.ts';
import { createProcessHosts } from '../../src/compose/process-host/process-host.ts';
import { remoteSandbox } from '../../src/compose/process-host/remote-sandbox.ts';
import { TOOLS_FOLDER } from '../../src/config/folders.ts';
import type { Sandbox } from '../../src/engine/ports/sandbox.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import {
  ALLOWED,
  CLIS,
  executeAgent,
  openAgent,
  type Place,
  type RealAgent,
} from '../agents/execute-agent.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { startScriptedModel } from '../model/server.ts';
import { alternate, timed } from './rounds.ts';
import { createNoSandbox } from './sandbox/no-sandbox.ts';

export const name = 'whole runs of agents';

const ROUNDS = 9;
const MOST_MS = 150;

/** The first of the table is installed where it is missing; the others are measured where they are there. */
export async function measure(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [index, { adapter, load }] of AGENTS.entries()) {
    const { cli } = await load();
    const there = cli === null || (await installedVersion(cli, CLIS)) === cli.version;
    if (there || index === 0) figures.push(await measureAgent(await openAgent(adapter, null)));
  }
  return figures;
}

async function measureAgent(agent: RealAgent): Promise<Figure> {
  const stateDir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const hosts = createProcessHosts({
    workspaces: { stateDir: join(stateDir, 'workspaces') },
    sandbox: { stateDir, toolsDir: TOOLS_FOLDER },
  });
  const model = await startScriptedModel({
    turns: [{ shell: 'cat README.md' }, { shell: 'true' }, { say: 'done' }],
  });
  const gateways = await createGateway({ stateDir });
  const sandbox = remoteSandbox(hosts);
  let runs = 0;
  /** Each run has a work tree and a home of its own, as in production. */
  const place = async (which: Sandbox): Promise<Place> => {
    const root = join(stateDir, `run-${++runs}`);
    const [folder, home] = [join(root, 'work'), join(root, 'home')];
    for (const path of [folder, home]) await mkdir(path, { recursive: true });
    await writeFile(join(folder, 'README.md'), '# A\n');
    return { folder, home, sandbox: which, gateway: null };
  };
  try {
    const { ours, plain } = await alternate(
      ROUNDS,
      async () => {
        const at = await place(sandbox);
        return timed(async () => {
          const gateway = await gateways.open({
            run: `run-${runs}`,
            model: {
              dialect: agent.dialect,
              upstream: model.url,
              credential: async () => 'the key of a bench',
              mayCall: async () => ALLOWED,
            },
            record: null,
            background: null,
            called: null,
            hosts: [],
            mayConnect: null,
            registries: [],
            mcp: [],
            budget: null,
            decide: null,
          });
          await finished(agent, { ...at, gateway }).finally(gateway.close);
        });
      },
      async () => {
        const at = await place(createNoSandbox(model.url));
        return timed(() => finished(agent, at));
      },
    );
    const figure = valued(
      `a whole run of ${agent.adapter.name}: longer than the bare CLI by`,
      ours - plain,
      'ms',
      { most: MOST_MS },
    );
    return { ...figure, baseline: plain, ratio: ours / plain };
  } finally {
    await model.close();
    await hosts.stop();
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function finished(agent: RealAgent, place: Place): Promise<void> {
  const { finished, stderr } = await executeAgent(agent, place);
  if (finished.status !== 'ok')
    throw new Error(
      `${agent.adapter.name} ended as ${finished.status}: ${finished.summary} ${stderr}`,
    );
}
