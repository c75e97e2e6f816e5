/** What passes between Gatehouse and its process host, the small process that starts programs. */
import type { Sandbox, SandboxEnd, SandboxSpec } from '../../engine/ports/sandbox.ts';
import {
  DiskFull,
  type FetchProgress,
  type OpenWorkspace,
  type Remote,
  RemoteAway,
  type Workspace,
  WorkspaceRefused,
  type Workspaces,
} from '../../engine/ports/workspace.ts';

/** What the process host builds its adapters with. */
export type ProcessHostOptions = {
  workspaces: { stateDir: string; quotaBytes?: number; quotaFiles?: number; mirrorMs?: number };
  sandbox: { stateDir: string; toolsDir?: string };
};

/** A source as it travels. Functions can't: the token is asked for over the channel when it is needed. */
export type SentSource<S extends Source> = Omit<S, 'remote'> & {
  remote: Pick<Remote, 'url' | 'kilobytes'>;
};
export type Source = Pick<OpenWorkspace, 'repository' | 'remote'>;

/** A workspace that is open in the process host, by its number there. */
type RemoteWorkspace = Pick<Workspace, 'workTree' | 'binds' | 'home' | 'submodules'> & {
  number: number;
};

/** A method of the workspaces whose first argument is a source, as it travels. */
type OfSource<M extends (source: Source, ...rest: never[]) => Promise<unknown>> = M extends (
  source: Source,
  ...rest: infer R
) => infer Result
  ? (source: SentSource<Source>, ...rest: R) => Result
  : never;
/** A method of one open workspace: its number comes first. */
type OfWorkspace<M extends (...args: never[]) => Promise<unknown>> = (
  workspace: number,
  ...args: Parameters<M>
) => ReturnType<M>;

/** Every method there is, with its arguments and its result: the contract of both ends. */
type HostMethods = {
  'sandbox.probe': Sandbox['probe'];
  /** Resolves once the process runs; its output and its end follow as messages of this call. */
  'sandbox.start': (spec: Omit<SandboxSpec, 'signal'>) => Promise<null>;
  'workspaces.open': (spec: SentSource<OpenWorkspace>) => Promise<RemoteWorkspace>;
  'workspaces.join': (
    source: SentSource<Parameters<Workspaces['join']>[0]>,
    joins: Parameters<Workspaces['join']>[1],
  ) => ReturnType<Workspaces['join']>;
  'workspaces.readFile': OfSource<Workspaces['readFile']>;
  'workspaces.findFiles': OfSource<Workspaces['findFiles']>;
  'workspaces.listFolder': OfSource<Workspaces['listFolder']>;
  'workspaces.changedPaths': OfSource<Workspaces['changedPaths']>;
  'workspaces.compare': OfSource<Workspaces['compare']>;
  'workspaces.diff': OfSource<Workspaces['diff']>;
  'workspaces.remerge': OfSource<Workspaces['remerge']>;
  'workspaces.conflicts': OfSource<Workspaces['conflicts']>;
  'workspaces.messages': OfSource<Workspaces['messages']>;
  'workspaces.taskCommits': OfSource<Workspaces['taskCommits']>;
  'workspaces.push': (
    commit: SentSource<Parameters<Workspaces['push']>[0]>,
    branch: string,
    expected: string | null,
  ) => ReturnType<Workspaces['push']>;
  'workspaces.newEntries': (
    commit: SentSource<Parameters<Workspaces['newEntries']>[0]>,
  ) => ReturnType<Workspaces['newEntries']>;
  'workspaces.prepared': Workspaces['prepared'];
  'workspaces.prepareKey': OfSource<Workspaces['prepareKey']>;
  'workspaces.runs': Workspaces['runs'];
  'workspaces.reap': Workspaces['reap'];
  'workspace.collect': OfWorkspace<Workspace['collect']>;
  'workspace.keepHome': OfWorkspace<Workspace['keepHome']>;
  'workspace.keepPrepared': OfWorkspace<Workspace['keepPrepared']>;
  'workspace.close': OfWorkspace<Workspace['close']>;
};
export type HostMethod = keyof HostMethods;
export type ArgsOf<M extends HostMethod> = Parameters<HostMethods[M]>;
export type ResultOf<M extends HostMethod> = Awaited<ReturnType<HostMethods[M]>>;

export type HostCall<M extends HostMethod = HostMethod> = {
  id: number;
  method: M;
  args: ArgsOf<M>;
};

export type SentOutput = { stream: 'stdout' | 'stderr'; chunk: Uint8Array };

/** Both ends count alike what of an output is unread: its bytes, and what each piece takes besides. */
export const costOf = ({ chunk }: SentOutput): number => chunk.length + 256;

/** What is said about a call that is under way. */
export type HostMessage =
  /** The answer to a question for a token, by the question's number. */
  | { ask: number; token: string }
  | { ask: number; problem: string }
  | { id: number; write: string }
  | { id: number; closeInput: true }
  /** How much of its output has been read here, so that the host may send more. */
  | { id: number; read: number }
  | { id: number; abort: true };

/** Errors that fail a call here as what they are there, by their names. */
export const KNOWN_ERRORS = { DiskFull, RemoteAway, WorkspaceRefused };
export type KnownError = keyof typeof KNOWN_ERRORS;

export function knownErrorIn(error: unknown): KnownError | null {
  const names = Object.keys(KNOWN_ERRORS) as KnownError[];
  return names.find(name => error instanceof KNOWN_ERRORS[name]) ?? null;
}

export type HostReply =
  | { id: number; ok: true; value: unknown }
  /** `name`: of a known error; `null` of any other. */
  | { id: number; ok: false; problem: string; name: KnownError | null }
  /** The call needs the token of its remote. It may ask more than once at a time: each question has a number. */
  | { id: number; ask: number }
  /** A fetch of the call takes long. */
  | { id: number; fetching: FetchProgress }
  /** Of a sandbox that was started by the call of that number. */
  | { id: number; output: SentOutput[] }
  | { id: number; ended: SandboxEnd };

/** The same methods as values: each end refuses any other name. */
const METHODS: Readonly<Record<HostMethod, true>> = {
  'sandbox.probe': true,
  'sandbox.start': true,
  'workspaces.open': true,
  'workspaces.join': true,
  'workspaces.readFile': true,
  'workspaces.findFiles': true,
  'workspaces.listFolder': true,
  'workspaces.changedPaths': true,
  'workspaces.compare': true,
  'workspaces.diff': true,
  'workspaces.remerge': true,
  'workspaces.conflicts': true,
  'workspaces.messages': true,
  'workspaces.taskCommits': true,
  'workspaces.push': true,
  'workspaces.newEntries': true,
  'workspaces.prepared': true,
  'workspaces.prepareKey': true,
  'workspaces.runs': true,
  'workspaces.reap': true,
  'workspace.collect': true,
  'workspace.keepHome': true,
  'workspace.keepPrepared': true,
  'workspace.close': true,
};

export function assertMethod(method: string): asserts method is HostMethod {
  if (!Object.hasOwn(METHODS, method)) throw new Error(`The process host has no method ${method}.`);
}
