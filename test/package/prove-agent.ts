/** The packaged Gatehouse lets its own agent work: in the sandbox, with a scripted model and an MCP server. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { until } from '../demo/until.ts';
import { startScriptedModel } from '../model/server.ts';

const SERVER = join(import.meta.dirname, '../agents/mcp-server.ts');
const NOTED = 'noted by the server: packaged';

/** `gatehouse serve`, as it is started with these settings. */
export type Serve = (settings: Record<string, string>) => {
  child: { exitCode: number | null; kill(signal: 'SIGTERM'): boolean };
  ended: Promise<{ code: number | null; said: string }>;
  said(): string;
};

/** `at`: a folder that the user may read; `roles`: those of the package. `begins` asks for work. */
export async function proveAgent(of: {
  at: string;
  roles: string;
  serve: Serve;
  begins(): Promise<void>;
}): Promise<void> {
  const { at, roles, serve, begins } = of;
  const agents = join(at, 'agents');
  await mkdir(agents);
  for (const file of await readdir(roles)) {
    const text = await readFile(join(roles, file), 'utf8');
    const chain = 'chain: [{ adapter: api }]\nmcp: [notes]';
    await writeFile(join(agents, file), text.replace(/^chain: .*$/m, chain));
  }
  const tools = join(at, 'tools');
  await mkdir(tools);
  // The Node in the sandbox is the machine's own, which may know no types.
  const program = join(tools, 'mcp-server.mjs');
  await writeFile(program, stripTypeScriptTypes(await readFile(SERVER, 'utf8')));
  const servers = join(at, 'mcp.yml');
  await writeFile(servers, `notes: { command: node, args: ['${program}'] }\n`);
  const model = await startScriptedModel({
    turns: [
      { mcp: { server: 'notes', tool: 'note', arguments: { text: 'packaged' } } },
      { say: 'It is noted.' },
    ],
  });
  try {
    const serving = serve({
      GATEHOUSE_REAL_AGENTS: '1',
      GATEHOUSE_AGENTS: agents,
      GATEHOUSE_MCP: servers,
      GATEHOUSE_TOOLCHAINS: tools,
      OPENAI_API_KEY: 'the key of a scripted model',
      OPENAI_BASE_URL: model.url,
    });
    const alive = () => assert.equal(serving.child.exitCode, null, serving.said());
    await until('serve to listen', async () => {
      alive();
      return serving.said().includes('Gatehouse listens on');
    });
    await begins();
    await until('what the MCP server answered to reach the model', async () => {
      alive();
      return model.requests.some(({ text }) => text.includes(NOTED));
    }).catch(error => {
      throw new Error(`${error.message}; serve said ${serving.said()}`);
    });
    serving.child.kill('SIGTERM');
    assert.equal((await serving.ended).code, 0, serving.said());
  } finally {
    await model.close();
  }
}
