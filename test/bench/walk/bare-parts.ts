/**
 * The parts of a walk that are git's and the sandbox's, as often as the walk had them, started by
 * themselves one after the other: checkouts, sandboxes in which nothing happens, collections, pushes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createProcessHosts } from '../../../src/compose/process-host/process-host.ts';
import { remoteSandbox } from '../../../src/compose/process-host/remote-sandbox.ts';
import { remoteWorkspaces } from '../../../src/compose/process-host/remote-workspaces.ts';
import { TOOLS_FOLDER } from '../../../src/config/folders.ts';
import type { Workspace } from '../../../src/engine/ports/workspace.ts';
import type { Environment } from '../../demo/environment.ts';
import { timed } from '../rounds.ts';
import { inSandbox } from '../sandbox/in-sandbox.ts';
import type { Call } from './calls.ts';

/** Milliseconds. */
export async function bareParts(environment: Environment, calls: Call[]): Promise<number> {
  const { github, home, repository, users } = environment;
  const times = (name: string) => calls.filter(call => call.name === name).length;
  const folder = await mkdtemp(join(home, 'bare-'));
  // A fork, of which Gatehouse hears nothing.
  const fork = await github.forkRepository(repository, users.otto);
  const hosts = createProcessHosts({
    workspaces: { stateDir: join(folder, 'workspaces') },
    sandbox: { stateDir: folder, toolsDir: TOOLS_FOLDER },
  });
  try {
    const [workspaces, sandbox] = [await remoteWorkspaces(hosts), remoteSandbox(hosts)];
    const { data } = await github
      .as(users.otto)
      .request('GET', `/repos/${fork.fullName}/commits/${fork.defaultBranch}`);
    const parent: string = data.sha;
    const source = {
      repository: { id: fork.id, owner: fork.owner, name: fork.name, installation: 1 },
      remote: { url: fork.cloneUrl, token: async () => users.otto.token },
    };
    const open = (run: string) =>
      workspaces.open({
        ...source,
        run,
        parent,
        mergesInto: null,
        joins: null,
        tree: null,
        prepared: null,
        home: null,
      });
    // The mirror is there when a walk begins, or a whole fetch would be counted here.
    await (await open('first')).close();

    const opened: Workspace[] = [];
    const opening = await timed(async () => {
      for (let n = 0; n < times('workspaces.open'); n += 1) opened.push(await open(`run-${n}`));
    });
    const nth = (n: number): Workspace => {
      const workspace = opened[n % opened.length];
      if (!workspace) throw new Error('the walk opened no workspace');
      return workspace;
    };
    const sandboxes = await timed(async () => {
      for (let n = 0; n < times('sandbox.start'); n += 1) {
        const { workTree, binds } = nth(n);
        await inSandbox(sandbox, `echo ${n} > made-${n}.txt`, { workTree, binds });
      }
    });
    let pack: { sha: string; pack: Buffer } | null = null;
    const collecting = await timed(async () => {
      for (let n = 0; n < times('workspace.collect'); n += 1) {
        const work = await nth(n).collect();
        if (work) pack = { sha: work.change.tree, pack: work.pack };
      }
    });
    if (pack === null) throw new Error('the walk collected nothing');
    const tree: { sha: string; pack: Buffer } = pack;
    const pushing = await timed(async () => {
      for (let n = 0; n < times('workspaces.push'); n += 1) {
        const commit = {
          ...source,
          parents: [parent] as [string],
          tree,
          message: `Push ${n}`,
          author: { name: 'Otto', email: 'otto@example.org' },
          at: new Date().toISOString(),
        };
        const { outcome } = await workspaces.push(commit, `bare-${n}`, null);
        if (outcome !== 'pushed') throw new Error(`a bare push was ${outcome}`);
      }
    });
    for (const workspace of opened) await workspace.close();
    return opening + sandboxes + collecting + pushing;
  } finally {
    await hosts.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
