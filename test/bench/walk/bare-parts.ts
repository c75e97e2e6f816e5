/**
 * The parts of a walk that are git's and the sandbox's, started again by themselves one after the other
 * with the arguments that they had: checkouts, sandboxes in which nothing happens but the change that the
 * run made, collections, pushes. What runs in a sandbox counts no more than it does in the walk.
 */
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createProcessHosts } from '../../../src/compose/process-host/process-host.ts';
import { remoteSandbox } from '../../../src/compose/process-host/remote-sandbox.ts';
import { remoteWorkspaces } from '../../../src/compose/process-host/remote-workspaces.ts';
import { TOOLS_FOLDER } from '../../../src/config/folders.ts';
import type { TreeEntry } from '../../../src/core/change.ts';
import type { Sandbox } from '../../../src/engine/ports/sandbox.ts';
import type { Remote, Workspace } from '../../../src/engine/ports/workspace.ts';
import type { Part } from './parts.ts';

/** Milliseconds. `remote`: the repository as it was before the walk; nobody hears of what is pushed there. */
export async function bareParts(home: string, remote: Remote, parts: Part[]): Promise<number> {
  const folder = await mkdtemp(join(home, 'bare-'));
  await mkdir(join(folder, 'workspaces'), { mode: 0o700 });
  // What was installed is there, as it is when a walk begins.
  await symlink(join(home, 'workspaces/prepared'), join(folder, 'workspaces/prepared'));
  const gateway = await openGateway(join(folder, 'gateway'));
  const hosts = createProcessHosts({
    workspaces: { stateDir: join(folder, 'workspaces') },
    sandbox: { stateDir: folder, toolsDir: TOOLS_FOLDER },
  });
  try {
    const [workspaces, sandbox] = [await remoteWorkspaces(hosts), remoteSandbox(hosts)];
    const opened: Workspace[] = [];
    const nth = (n: number): Workspace => {
      const workspace = opened[n];
      if (!workspace) throw new Error(`the walk opened no workspace ${n}`);
      return workspace;
    };
    /** Returns how long something ran that is none of ours. */
    const start = async (part: Part): Promise<number> => {
      switch (part.part) {
        case 'open':
          opened[part.workspace] = await workspaces.open({ ...part.spec, remote });
          return 0;
        case 'run':
          return run(sandbox, part, {
            workspace: nth(part.workspace),
            gateway: part.gateway ? gateway : null,
            made: madeIn(parts, part.workspace),
          });
        case 'collect': {
          const tree = (await nth(part.workspace).collect())?.change.tree ?? null;
          if (tree !== part.tree) throw new Error(`${tree} was collected, and not ${part.tree}`);
          return 0;
        }
        case 'close':
          await nth(part.workspace).close();
          return 0;
        case 'push': {
          const { commit, branch, expected } = part;
          const { outcome } = await workspaces.push({ ...commit, remote }, branch, expected);
          if (outcome !== 'pushed') throw new Error(`a bare push was ${outcome}`);
          return 0;
        }
      }
    };
    // The mirror is there when a walk begins, or a whole fetch would be counted here.
    const first = parts.find(part => part.part === 'open');
    if (!first) throw new Error('the walk opened no workspace');
    await workspaces.findFiles(
      { repository: first.spec.repository, remote },
      first.spec.parent,
      [],
    );
    let ours = 0;
    for (const part of parts) {
      const began = performance.now();
      const theirs = await start(part);
      ours += performance.now() - began - theirs;
    }
    return ours;
  } finally {
    await hosts.stop();
    await gateway.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

type Gateway = Awaited<ReturnType<typeof openGateway>>;

/** The socket of a gateway that answers nothing. */
async function openGateway(folder: string) {
  await mkdir(folder);
  const server = createServer();
  await new Promise<void>(done => server.listen(join(folder, 'gw.sock'), done));
  return { folder, close: () => new Promise(done => server.close(done)) };
}

async function run(
  sandbox: Sandbox,
  { spec, home }: Extract<Part, { part: 'run' }>,
  of: { workspace: Workspace; gateway: Gateway | null; made: TreeEntry[] },
): Promise<number> {
  const { workspace, gateway, made } = of;
  const running = await sandbox.start({
    ...spec,
    argv: ['/bin/sh'],
    stdin: scriptOf(made),
    directory: '',
    workTree: workspace.workTree,
    binds: [...spec.binds, ...workspace.binds],
    home: home === null ? null : { from: workspace.home, to: home },
    gateway: gateway && { folder: gateway.folder },
    signal: new AbortController().signal,
  });
  let said = '';
  for await (const { chunk } of running.output) said += chunk.toString();
  const { exitCode, by, ms } = await running.done;
  if (exitCode !== 0) throw new Error(`in a bare sandbox: ${by}, exit code ${exitCode}: ${said}`);
  return ms;
}

/** What is collected from this workspace. */
const madeIn = (parts: Part[], workspace: number): TreeEntry[] =>
  parts.flatMap(part =>
    part.part === 'collect' && part.workspace === workspace ? part.entries : [],
  );

/** Makes a change; what is there already is let alone. */
const scriptOf = (entries: TreeEntry[]): string =>
  ['set -e; PATH=/usr/bin:/bin', ...entries.map(lineOf)].join('\n');

function lineOf({ path, status, text: { after } }: TreeEntry): string {
  const file = `'${path}'`;
  if (status === 'deleted') return `rm -f ${file}`;
  if (after === null || status === 'renamed' || path.includes("'"))
    throw new Error(`${path} can't be made by a script`);
  const content = Buffer.from(after).toString('base64');
  return `base64 -d > /tmp/made <<'END'\n${content}\nEND\ncmp -s /tmp/made ${file} || { mkdir -p "$(dirname ${file})"; cp /tmp/made ${file}; }`;
}
