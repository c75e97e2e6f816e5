import { join } from 'node:path';
import { createSandbox } from '../../../src/adapters/sandbox/sandbox.ts';
import { createWorkspaces } from '../../../src/adapters/workspace/workspaces.ts';
import type {
  CollectedWork,
  OpenWorkspace,
  Workspace,
  Workspaces,
} from '../../../src/engine/ports/workspace.ts';
import { LIMITS } from '../sandbox/run-inside.ts';
import { temporaryFolder } from '../sandbox/temporary-folder.ts';
import { type Remote, startRemote, TOKEN } from './remote.ts';

export type WorkTreeKind = 'overlay' | 'folder';
export const WORK_TREE_KINDS: WorkTreeKind[] = ['overlay', 'folder'];

export type WorkspaceEnvironment = {
  folder: string;
  stateDir: string;
  remote: Remote;
  workspaces: Workspaces;
  source: Pick<OpenWorkspace, 'repository' | 'remote'>;
  /** Opens a workspace under a new run id. */
  open(parent: string, changes?: Partial<OpenWorkspace>): Promise<Workspace>;
  /** Runs a script in it; returns what it printed, both streams. */
  act(workspace: Workspace, script: string, readOnly?: boolean): Promise<string>;
  /** Opens, acts, collects. */
  work(parent: string, script: string): Promise<CollectedWork | null>;
  close(): Promise<void>;
};

export async function openEnvironment(
  kind: WorkTreeKind,
  options: { quotaBytes?: number; quotaFiles?: number; limits?: { seconds: number } } = {},
): Promise<WorkspaceEnvironment> {
  const folder = await temporaryFolder();
  const stateDir = join(folder, 'state, with: a comma');
  const remote = await startRemote(folder);
  const workspaces = await createWorkspaces({
    stateDir,
    preferOverlay: kind === 'overlay',
    tagsMs: 0,
    ...options,
  });
  const sandbox = await createSandbox({ stateDir });
  const source: WorkspaceEnvironment['source'] = {
    repository: { id: 42, owner: 'acme', name: 'library', installation: 1 },
    remote: { url: remote.url, token: async () => TOKEN },
  };
  let runs = 0;
  const open: WorkspaceEnvironment['open'] = (parent, changes) => {
    runs += 1;
    const spec = {
      run: `run-${runs}`,
      ...source,
      parent,
      mergesInto: null,
      joins: null,
      tree: null,
      prepared: null,
      home: null,
      ...changes,
    };
    return workspaces.open(spec);
  };
  const act: WorkspaceEnvironment['act'] = async (workspace, script, readOnly = false) => {
    const running = await sandbox.start({
      argv: ['/bin/sh', '-c', script],
      env: { PATH: '/usr/bin:/bin' },
      homeFiles: {},
      masks: [],
      home: null,
      workTree: workspace.workTree,
      directory: '',
      binds: workspace.binds,
      readOnly,
      gateway: null,
      stdin: '',
      limits: LIMITS,
      signal: new AbortController().signal,
    });
    let printed = '';
    for await (const { chunk } of running.output) printed += chunk.toString();
    await running.done;
    return printed;
  };
  return {
    folder,
    stateDir,
    remote,
    workspaces,
    source,
    open,
    act,
    async work(parent, script) {
      const workspace = await open(parent);
      await act(workspace, script);
      return workspace.collect();
    },
    close: () => remote.close(),
  };
}
