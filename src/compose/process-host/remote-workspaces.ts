/** Workspaces, kept by the keeper: the port over its process. */
import type { Workspace, Workspaces } from '../../engine/ports/workspace.ts';
import type { RemoteWorkspace } from './messages.ts';
import type { ProcessHost, ProcessHosts } from './process-host.ts';

type Remote = { url: string; token: () => Promise<string> };

export async function remoteWorkspaces(hosts: ProcessHosts): Promise<Workspaces> {
  const askOf = <T>(host: ProcessHost, method: string, args: unknown[]): Promise<T> => {
    const { plain, token } = withoutToken(args);
    return host.ask({ method, args: plain, workspace: null }, { token }).answer as Promise<T>;
  };
  const ask = <T>(method: string, ...args: unknown[]) => askOf<T>(hosts.present(), method, args);
  // Ready, or not to be had.
  await ask('runs');
  return {
    async open(spec) {
      const host = hosts.present();
      const { workspace, workTree, binds, home } = await askOf<RemoteWorkspace>(host, 'open', [
        spec,
      ]);
      const there = <T>(method: string, ...args: unknown[]) =>
        host.ask({ method, args, workspace }).answer as Promise<T>;
      return {
        workTree,
        binds,
        home,
        collect: () => there<Awaited<ReturnType<Workspace['collect']>>>('collect'),
        keepHome: () => there<Awaited<ReturnType<Workspace['keepHome']>>>('keepHome'),
        keepPrepared: key => there('keepPrepared', key),
        // With the keeper gone, `reap` removes what it left.
        close: () => there<void>('close').catch(() => {}),
      };
    },
    readFile: (...args) => ask('readFile', ...args),
    listFiles: (...args) => ask('listFiles', ...args),
    compare: (...args) => ask('compare', ...args),
    remerge: (...args) => ask('remerge', ...args),
    push: (...args) => ask('push', ...args),
    prepared: (...args) => ask('prepared', ...args),
    prepareKey: (...args) => ask('prepareKey', ...args),
    runs: () => ask('runs'),
    reap: runs => ask('reap', runs),
  };
}

const NO_TOKEN = () => Promise.reject(new Error('there is no token'));

/** Functions can't travel: the token is asked for over the channel when something is fetched. */
function withoutToken(args: unknown[]): { plain: unknown[]; token: () => Promise<string> } {
  const [first, ...rest] = args;
  if (typeof first !== 'object' || first === null || !('remote' in first))
    return { plain: args, token: NO_TOKEN };
  const { url, token } = first.remote as Remote;
  return { plain: [{ ...first, remote: { url } }, ...rest], token };
}
