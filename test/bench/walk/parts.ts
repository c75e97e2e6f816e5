/**
 * The parts of a walk that are git's and the sandbox's, with the arguments that they had in it:
 * `serve.ts` records them, and `bare-parts.ts` starts them again by themselves.
 */
import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import type { TreeEntry } from '../../../src/core/change.ts';
import type { Sandbox, SandboxSpec } from '../../../src/engine/ports/sandbox.ts';
import type {
  Commit,
  OpenWorkspace,
  Workspace,
  Workspaces,
} from '../../../src/engine/ports/workspace.ts';
import { around } from '../../around.ts';

type OwnOfSpec = Omit<SandboxSpec, 'argv' | 'stdin' | 'workTree' | 'home' | 'gateway' | 'signal'>;

/** `workspace`: the number of the workspace that it is about. */
export type Part =
  | { part: 'open'; workspace: number; spec: Omit<OpenWorkspace, 'remote'> }
  /** `binds`: those that are not the workspace's. `home`: where in the sandbox the workspace's is. */
  | { part: 'run'; workspace: number; spec: OwnOfSpec; home: string | null; gateway: boolean }
  /** `tree` and `entries` of the change that was collected; null: there was none. */
  | { part: 'collect'; workspace: number; tree: string | null; entries: TreeEntry[] }
  | { part: 'close'; workspace: number }
  | { part: 'push'; commit: Omit<Commit, 'remote'>; branch: string; expected: string | null };

/** The same ports; each part that begins in them is told. */
export function recordedParts(
  of: { workspaces: Workspaces; sandbox: Sandbox },
  tell: (part: Part) => void,
): { workspaces: Workspaces; sandbox: Sandbox } {
  const opened: Workspace[] = [];
  const recorded = (workspace: Workspace): Workspace => {
    const number = opened.push(workspace) - 1;
    return {
      ...workspace,
      async collect() {
        const work = await workspace.collect();
        const { tree, entries } = work?.change ?? { tree: null, entries: [] };
        tell({ part: 'collect', workspace: number, tree, entries });
        return work;
      },
      close() {
        tell({ part: 'close', workspace: number });
        return workspace.close();
      },
    };
  };
  return {
    workspaces: around(of.workspaces, (method, args, call) => {
      if (method === 'push') {
        const [{ remote: _, ...commit }, branch, expected] = args as Parameters<Workspaces['push']>;
        tell({ part: 'push', commit, branch, expected });
      }
      if (method !== 'open') return call();
      const [{ remote: _, ...spec }] = args as Parameters<Workspaces['open']>;
      return (call() as ReturnType<Workspaces['open']>).then(workspace => {
        tell({ part: 'open', workspace: opened.length, spec });
        return recorded(workspace);
      });
    }),
    sandbox: {
      ...of.sandbox,
      start(spec) {
        const { argv: _, stdin, workTree, home, gateway, signal, ...own } = spec;
        const number = opened.findIndex(workspace => workspace.workTree === workTree);
        const theirs = new Set(opened[number]?.binds);
        const binds = own.binds.filter(bind => !theirs.has(bind));
        tell({
          part: 'run',
          workspace: number,
          spec: { ...own, binds },
          home: home?.to ?? null,
          gateway: gateway !== null,
        });
        return of.sandbox.start(spec);
      },
    },
  };
}

/** A line of the file that the parts are kept in. */
export const lineOf = (part: Part): string => `${serialize(part).toString('base64')}\n`;

export async function partsIn(file: string): Promise<Part[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map(line => deserialize(Buffer.from(line, 'base64')));
}
