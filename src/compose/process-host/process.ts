/** The process host's own process: it answers calls until its parent is gone. */
import { createSandbox } from '../../adapters/sandbox/sandbox.ts';
import { createWorkspaces } from '../../adapters/workspace/workspaces.ts';
import type { SandboxProcess, SandboxSpec } from '../../engine/ports/sandbox.ts';
import type { FetchProgress, Workspace } from '../../engine/ports/workspace.ts';
import {
  type ArgsOf,
  assertMethod,
  type HostCall,
  type HostMessage,
  type HostMethod,
  type HostReply,
  type KnownError,
  knownErrorIn,
  type ProcessHostOptions,
  type ResultOf,
  type SentSource,
  type Source,
} from './messages.ts';
import { createOutputSender, type OutputSender } from './output-sender.ts';

const options: ProcessHostOptions = JSON.parse(process.argv[2] ?? '{}');
const workspaces = createWorkspaces({ ...options.workspaces, network: gitNetwork(process.env) });
const sandbox = createSandbox(options.sandbox);
/** How git reaches its remotes; arguments of processes can be read by everybody, so these are none. */
function gitNetwork(env: NodeJS.ProcessEnv): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'GIT_SSL_CAINFO'])
    if (env[name] !== undefined) found[name] = env[name];
  return found;
}
/** By the call that opened or started it. */
const opened = new Map<number, Workspace>();
type RunningSandbox = {
  abort: AbortController;
  process: SandboxProcess | null;
  sender: OutputSender;
};
const running = new Map<number, RunningSandbox>();
/** By the call that is answered: it is ended while it fetches. */
const answering = new Map<number, AbortController>();
/** Tokens that are waited for, by the number of the question. */
const tokens = new Map<number, PromiseWithResolvers<string>>();
let asks = 0;

/** How each method is answered; `id` is the number of the call. */
type Handlers = {
  [M in HostMethod]: (id: number, ...args: ArgsOf<M>) => Promise<ResultOf<M>>;
};

const HANDLERS: Handlers = {
  'sandbox.probe': async () => (await sandbox).probe(),
  'sandbox.start': start,
  async 'workspaces.open'(id, spec) {
    // Whoever opens a workspace will want a sandbox in it.
    (await sandbox).prepare();
    const workspace = await (await workspaces).open(withToken(id, spec));
    opened.set(id, workspace);
    const { workTree, binds, home, submodules } = workspace;
    return { number: id, workTree, binds, home, submodules };
  },
  'workspaces.join': async (id, source, joins) =>
    (await workspaces).join(withToken(id, source), joins),
  'workspaces.readFile': async (id, source, ...rest) =>
    (await workspaces).readFile(withToken(id, source), ...rest),
  'workspaces.findFiles': async (id, source, ...rest) =>
    (await workspaces).findFiles(withToken(id, source), ...rest),
  'workspaces.listFolder': async (id, source, ...rest) =>
    (await workspaces).listFolder(withToken(id, source), ...rest),
  'workspaces.changedPaths': async (id, source, ...rest) =>
    (await workspaces).changedPaths(withToken(id, source), ...rest),
  'workspaces.diff': async (id, source, ...rest) =>
    (await workspaces).diff(withToken(id, source), ...rest),
  'workspaces.compare': async (id, source, ...rest) =>
    (await workspaces).compare(withToken(id, source), ...rest),
  'workspaces.remerge': async (id, source, ...rest) =>
    (await workspaces).remerge(withToken(id, source), ...rest),
  'workspaces.conflicts': async (id, source, ...rest) =>
    (await workspaces).conflicts(withToken(id, source), ...rest),
  'workspaces.messages': async (id, source, ...rest) =>
    (await workspaces).messages(withToken(id, source), ...rest),
  'workspaces.taskCommits': async (id, source, ...rest) =>
    (await workspaces).taskCommits(withToken(id, source), ...rest),
  'workspaces.push': async (id, commit, ...rest) =>
    (await workspaces).push(withToken(id, commit), ...rest),
  'workspaces.newEntries': async (id, commit) =>
    (await workspaces).newEntries(withToken(id, commit)),
  'workspaces.prepared': async (_id, ...args) => (await workspaces).prepared(...args),
  'workspaces.prepareKey': async (id, source, ...rest) =>
    (await workspaces).prepareKey(withToken(id, source), ...rest),
  'workspaces.runs': async () => (await workspaces).runs(),
  'workspaces.reap': async (_id, runs) => (await workspaces).reap(runs),
  'workspace.collect': async (_id, number) => open(number).collect(),
  'workspace.keepHome': async (_id, number) => open(number).keepHome(),
  'workspace.keepPrepared': async (_id, number, key) => open(number).keepPrepared(key),
  async 'workspace.close'(_id, number) {
    const workspace = open(number);
    opened.delete(number);
    await workspace.close();
  },
};

/** A spare sandbox ends within this time, or hangs in the kernel. */
const END_MS = 2_000;

process.on('disconnect', async () => {
  setTimeout(() => process.exit(), END_MS);
  // Those that run end with us, and at once.
  if (running.size === 0) await (await sandbox).end();
  process.exit();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

process.on('message', (message: HostCall | HostMessage) => {
  if ('method' in message) void answer(message);
  else if ('token' in message) tokens.get(message.ask)?.resolve(message.token);
  else if ('problem' in message) tokens.get(message.ask)?.reject(new Error(message.problem));
  else if ('write' in message) running.get(message.id)?.process?.write(message.write);
  else if ('closeInput' in message) running.get(message.id)?.process?.closeInput();
  else if ('read' in message) running.get(message.id)?.sender.read(message.read);
  else (running.get(message.id)?.abort ?? answering.get(message.id))?.abort();
});

const send = (message: HostReply): void => {
  if (process.connected) process.send?.(message);
};

async function answer<M extends HostMethod>({ id, method, args }: HostCall<M>): Promise<void> {
  answering.set(id, new AbortController());
  try {
    assertMethod(method);
    const handler: Handlers[M] = HANDLERS[method];
    send({ id, ok: true, value: await handler(id, ...args) });
  } catch (error) {
    fail(id, error);
  } finally {
    answering.delete(id);
  }
}

function fail(id: number, error: unknown): void {
  const problem = error instanceof Error ? error.message : String(error);
  send({ id, ok: false, problem, name: knownName(error) });
}

function knownName(error: unknown): KnownError | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return NO_SPACE.has(code) ? 'DiskFull' : knownErrorIn(error);
}

/** What the system answers to a write where a disk, or what its user may have of it, is full. */
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);

function open(number: number): Workspace {
  const workspace = opened.get(number);
  if (!workspace) throw new Error('This workspace is not open.');
  return workspace;
}

/** Resolves once the sandbox is set up; output and end follow as they come. */
async function start(id: number, spec: Omit<SandboxSpec, 'signal'>): Promise<null> {
  const abort = new AbortController();
  const sender = createOutputSender(output => send({ id, output }));
  running.set(id, { abort, process: null, sender });
  try {
    const process = await (await sandbox).start({ ...spec, signal: abort.signal });
    running.set(id, { abort, process, sender });
    // After the reply to this very call, which goes out first.
    setImmediate(() => void pass(id, process, sender));
    return null;
  } catch (error) {
    running.delete(id);
    throw error;
  }
}

async function pass(id: number, process: SandboxProcess, sender: OutputSender): Promise<void> {
  try {
    // Its end is told even where nobody reads what it printed.
    const done = process.done.finally(() => sender.read(Number.POSITIVE_INFINITY));
    // Its failure is told below, after all that it printed.
    done.catch(() => {});
    for await (const output of process.output) await sender.add(output);
    sender.flush();
    send({ id, ended: await done });
  } catch (error) {
    fail(id, error);
  } finally {
    running.delete(id);
    // Often another one follows in the same workspace.
    (await sandbox).prepare();
  }
}

/**
 * The token stays with the parent until it is needed; a fetch that takes long is told there, and ended
 * from there.
 */
function withToken<S extends Source>(id: number, sent: SentSource<S>) {
  const token = () => {
    const ask = ++asks;
    const asked = Promise.withResolvers<string>();
    tokens.set(ask, asked);
    send({ id, ask });
    return asked.promise.finally(() => tokens.delete(ask));
  };
  const onProgress = (fetching: FetchProgress) => send({ id, fetching });
  const signal = answering.get(id)?.signal;
  return { ...sent, remote: { ...sent.remote, token, onProgress, ...(signal && { signal }) } };
}
