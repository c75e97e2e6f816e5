/**
 * Workspaces kept by a process of their own. Starting a program costs what its parent holds of
 * memory, in time during which the parent does nothing else; git is started many times a run, so a
 * small process does it. Besides, whoever runs git then holds none of our other secrets.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Workspace, WorkspaceRefused, type Workspaces } from '../../engine/ports/workspace.ts';
import type { Answer, Opened, Question } from './keeper-messages.ts';
import type { WorkspaceOptions } from './workspaces.ts';

const PROCESS = join(import.meta.dirname, 'keeper-process.ts');
/** What the process may know of our environment. */
const ENVIRONMENT = ['PATH', 'TMPDIR', 'NODE_COMPILE_CACHE'];

type Remote = { token: () => Promise<string> };
type Pending = {
  resolve(value: unknown): void;
  reject(error: Error): void;
  remote: Remote | null;
};

/** As `createWorkspaces`, in another process: started at once, and again where it dies. */
export async function keepWorkspaces(
  options: WorkspaceOptions,
): Promise<Workspaces & { stop(): Promise<void> }> {
  let keeper = startKeeper(options);
  const ask = <T>(method: string, args: unknown[], workspace: number | null = null): Promise<T> => {
    if (keeper.over()) keeper = startKeeper(options);
    return keeper.ask(method, args, workspace) as Promise<T>;
  };
  await ask('runs', []);

  return {
    async open(spec) {
      const { workspace, workTree, binds } = await ask<Opened>('open', [spec]);
      const of = keeper;
      const there = <T>(method: string, args: unknown[] = []) =>
        of.ask(method, args, workspace) as Promise<T>;
      return {
        workTree,
        binds,
        collect: () => there<Awaited<ReturnType<Workspace['collect']>>>('collect'),
        keepPrepared: key => there('keepPrepared', [key]),
        // With the process gone, `reap` removes what it left.
        close: () => there<void>('close').catch(() => {}),
      };
    },
    readFile: (...args) => ask('readFile', args),
    compare: (...args) => ask('compare', args),
    remerge: (...args) => ask('remerge', args),
    push: (...args) => ask('push', args),
    prepared: (...args) => ask('prepared', args),
    prepareKey: (...args) => ask('prepareKey', args),
    runs: () => ask('runs', []),
    reap: runs => ask('reap', [runs]),
    stop: () => keeper.stop(),
  };
}

function startKeeper(options: WorkspaceOptions) {
  const child = fork(PROCESS, [JSON.stringify(options)], {
    env: Object.fromEntries(ENVIRONMENT.map(name => [name, process.env[name]])),
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Ctrl-C is ours to handle; the process ends when we do.
    detached: true,
  });
  const pending = new Map<number, Pending>();
  let asked = 0;
  let over = false;
  const gone = new Promise<void>(resolve => {
    const end = (why: string) => {
      over = true;
      for (const { reject } of pending.values())
        reject(new Error(`The process that keeps the workspaces ended (${why}).`));
      pending.clear();
      resolve();
    };
    child.once('exit', (code, signal) => end(String(signal ?? code)));
    child.once('error', error => end(error.message));
  });
  child.on('message', (answer: Answer) => take(child, pending, answer));
  return {
    over: () => over,
    ask(method: string, args: unknown[], workspace: number | null): Promise<unknown> {
      const id = ++asked;
      return new Promise((resolve, reject) => {
        if (over) return reject(new Error('The process that kept this workspace ended.'));
        const { plain, remote } = withoutToken(args);
        pending.set(id, { resolve, reject, remote });
        send(child, { id, method, args: plain, workspace });
      });
    },
    stop() {
      if (child.connected) child.disconnect();
      return gone;
    },
  };
}

function take(child: ChildProcess, pending: Map<number, Pending>, answer: Answer): void {
  const asked = pending.get(answer.id);
  if (!asked) return;
  if ('token' in answer) {
    const say = (said: { token: string } | { problem: string }) =>
      send(child, { id: answer.id, ...said });
    const token = asked.remote?.token() ?? Promise.reject(new Error('there is no token'));
    token.then(
      value => say({ token: value }),
      (error: Error) => {
        // What GitHub said is known here alone: the call fails with it as it came.
        asked.reject(error);
        say({ problem: error.message });
      },
    );
    return;
  }
  pending.delete(answer.id);
  if (answer.ok) asked.resolve(answer.value);
  else
    asked.reject(answer.refused ? new WorkspaceRefused(answer.problem) : new Error(answer.problem));
}

/** A process that just died is heard of by its exit. */
const send = (child: ChildProcess, message: Question): void => {
  if (child.connected) child.send(message, () => {});
};

/** Functions can't travel: the token is asked for when it is needed. */
function withoutToken(args: unknown[]): { plain: unknown[]; remote: Remote | null } {
  const [first, ...rest] = args;
  if (typeof first !== 'object' || first === null || !('remote' in first))
    return { plain: args, remote: null };
  const remote = first.remote as Remote & { url: string };
  return { plain: [{ ...first, remote: { url: remote.url } }, ...rest], remote };
}
