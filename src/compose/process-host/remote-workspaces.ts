/** Workspaces in the process host: the port over its process. */
import type { Repository } from '../../core/actor.ts';
import type { FetchProgress, Remote, Workspace, Workspaces } from '../../engine/ports/workspace.ts';
import type { ArgsOf, HostMethod, ResultOf, SentSource, Source } from './messages.ts';
import type { ProcessHost, ProcessHosts } from './process-host.ts';

/** `onFetch`: told of each fetch that takes long, every few seconds. */
export async function remoteWorkspaces(
  hosts: ProcessHosts,
  onFetch: (repository: Repository, progress: FetchProgress) => void = () => {},
): Promise<Workspaces> {
  const call = <M extends HostMethod>(method: M, ...args: ArgsOf<M>): Promise<ResultOf<M>> =>
    hosts.present().call(method, args).result;
  const listener = ({ repository, remote }: Source) => ({
    token: remote.token,
    fetching: (progress: FetchProgress) => onFetch(repository, progress),
  });
  /** The call may fetch from this source: its token is given when it is asked for, and it ends with its signal. */
  const fetchingBy = <M extends HostMethod>(
    host: ProcessHost,
    source: Source,
    method: M,
    ...args: ArgsOf<M>
  ) => {
    const { signal } = source.remote;
    const { id, result } = host.call(method, args, listener(source));
    const abort = () => host.send({ id, abort: true });
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    return result.finally(() => signal?.removeEventListener('abort', abort));
  };
  const fetching = <M extends HostMethod>(source: Source, method: M, ...args: ArgsOf<M>) =>
    fetchingBy(hosts.present(), source, method, ...args);
  // The first answer says whether there can be workspaces at all.
  await call('workspaces.runs');
  return {
    async open(spec) {
      const host = hosts.present();
      const opened = await fetchingBy(host, spec, 'workspaces.open', sent(spec));
      return remoteWorkspace(host, opened);
    },
    join: (source, joins) => fetching(source, 'workspaces.join', sent(source), joins),
    readFile: (source, ...rest) => fetching(source, 'workspaces.readFile', sent(source), ...rest),
    listFolder: (source, ...rest) =>
      fetching(source, 'workspaces.listFolder', sent(source), ...rest),
    findFiles: (source, ...rest) => fetching(source, 'workspaces.findFiles', sent(source), ...rest),
    changedPaths: (source, ...rest) =>
      fetching(source, 'workspaces.changedPaths', sent(source), ...rest),
    compare: (source, ...rest) => fetching(source, 'workspaces.compare', sent(source), ...rest),
    // A buffer becomes plain bytes on its way.
    diff: async (source, ...rest) =>
      Buffer.from(await fetching(source, 'workspaces.diff', sent(source), ...rest)),
    remerge: (source, ...rest) => fetching(source, 'workspaces.remerge', sent(source), ...rest),
    conflicts: (source, ...rest) => fetching(source, 'workspaces.conflicts', sent(source), ...rest),
    messages: (source, ...rest) => fetching(source, 'workspaces.messages', sent(source), ...rest),
    taskCommits: (source, ...rest) =>
      fetching(source, 'workspaces.taskCommits', sent(source), ...rest),
    push: (commit, ...rest) => fetching(commit, 'workspaces.push', sent(commit), ...rest),
    newEntries: commit => fetching(commit, 'workspaces.newEntries', sent(commit)),
    prepared: (...args) => call('workspaces.prepared', ...args),
    prepareKey: (source, ...rest) =>
      fetching(source, 'workspaces.prepareKey', sent(source), ...rest),
    runs: () => call('workspaces.runs'),
    reap: runs => call('workspaces.reap', runs),
  };
}

function remoteWorkspace(
  host: ProcessHost,
  { number, workTree, binds, home, submodules }: ResultOf<'workspaces.open'>,
): Workspace {
  return {
    workTree,
    binds,
    home,
    submodules,
    collect: () => host.call('workspace.collect', [number]).result,
    keepHome: () => host.call('workspace.keepHome', [number]).result,
    keepPrepared: key => host.call('workspace.keepPrepared', [number, key]).result,
    // Where the process is gone, `reap` removes what it left.
    close: () => host.call('workspace.close', [number]).result.catch(() => {}),
  };
}

/** Without the functions, which can't travel. */
const pick = ({ url, kilobytes }: Remote): SentSource<Source>['remote'] =>
  kilobytes === undefined ? { url } : { url, kilobytes };

const sent = <S extends Source>(source: S): SentSource<S> => ({
  ...source,
  remote: pick(source.remote),
});
