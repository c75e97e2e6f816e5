/** The keeper's process: answers calls of its ports until its parent is gone. */
import { createSandbox } from '../../adapters/sandbox/sandbox.ts';
import { createWorkspaces } from '../../adapters/workspace/workspaces.ts';
import type { SandboxProcess, SandboxSpec } from '../../engine/ports/sandbox.ts';
import { type Workspace, WorkspaceRefused } from '../../engine/ports/workspace.ts';
import type {
  HostCall,
  HostMessage,
  HostReply,
  ProcessHostOptions,
  RemoteWorkspace,
} from './messages.ts';

const options: ProcessHostOptions = JSON.parse(process.argv[2] ?? '{}');
const workspaces = createWorkspaces(options.workspaces);
const sandbox = createSandbox(options.sandbox);
/** By the call that opened or started it, or that waits for a token. */
const opened = new Map<number, Workspace>();
const running = new Map<number, { abort: AbortController; process: SandboxProcess | null }>();
const tokens = new Map<number, PromiseWithResolvers<string>>();

process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.on('message', (message: HostCall | HostMessage) => {
  if ('method' in message) void answer(message);
  else if ('token' in message) tokens.get(message.id)?.resolve(message.token);
  else if ('problem' in message) tokens.get(message.id)?.reject(new Error(message.problem));
  else if ('write' in message) running.get(message.id)?.process?.write(message.write);
  else running.get(message.id)?.abort.abort();
});

const tell = (message: HostReply): void => {
  if (process.connected) process.send?.(message);
};

async function answer(call: HostCall): Promise<void> {
  const { id } = call;
  try {
    tell({ id, ok: true, value: await take(call) });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    tell({ id, ok: false, problem, refused: error instanceof WorkspaceRefused });
  }
}

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

async function take({ id, method, args, workspace }: HostCall): Promise<unknown> {
  if (workspace !== null) {
    const of = opened.get(workspace);
    if (!of) throw new Error('this workspace is not open');
    if (method === 'close') opened.delete(workspace);
    return (of as unknown as Methods)[method]?.(...args);
  }
  const [first, ...rest] = args;
  if (method === 'probe') return (await sandbox).probe();
  if (method === 'start') return start(id, first as Omit<SandboxSpec, 'signal'>);
  const ports = (await workspaces) as unknown as Methods;
  const result = await ports[method]?.(withToken(id, first), ...rest);
  if (method !== 'open') return result;
  const { workTree, binds, home } = result as Workspace;
  opened.set(id, result as Workspace);
  return { workspace: id, workTree, binds, home } satisfies RemoteWorkspace;
}

/** Resolves when the walls stand; what follows is told as it comes. */
async function start(id: number, spec: Omit<SandboxSpec, 'signal'>): Promise<null> {
  const abort = new AbortController();
  running.set(id, { abort, process: null });
  try {
    const process = await (await sandbox).start({ ...spec, signal: abort.signal });
    running.set(id, { abort, process });
    // After the answer to this very call, which goes out first.
    setImmediate(() => void pass(id, process));
    return null;
  } catch (error) {
    running.delete(id);
    throw error;
  }
}

async function pass(id: number, process: SandboxProcess): Promise<void> {
  for await (const output of process.output) tell({ id, output });
  tell({ id, ended: await process.done });
  running.delete(id);
}

/** The token stays with the parent until it is needed. */
function withToken(id: number, first: unknown): unknown {
  if (typeof first !== 'object' || first === null || !('remote' in first)) return first;
  const token = () => {
    const asked = Promise.withResolvers<string>();
    tokens.set(id, asked);
    tell({ id, token: true });
    return asked.promise.finally(() => tokens.delete(id));
  };
  return { ...first, remote: { ...(first.remote as object), token } };
}
