/** How git connects to a repository's remote: where it is, and what it identifies itself with. */
import type { OpenWorkspace } from '../../../engine/ports/workspace.ts';
import { unlessAborted } from '../git/aborted.ts';
import { type GitOptions, tryGit } from '../git/git.ts';
import { REMOTE_LIMITS } from '../git/git-limits.ts';
import type { WorkspaceSettings } from '../git/settings.ts';
import { remoteFailure } from './remote-failure.ts';

export type RepositorySource = Pick<OpenWorkspace, 'repository' | 'remote'>;

/**
 * Options for git commands that connect to the remote. The token is passed in the environment, never
 * in an argument, URL or file. Redirects are not followed, because they would send it elsewhere.
 */
export async function remoteAccess(
  { network }: WorkspaceSettings,
  remote: RepositorySource['remote'],
) {
  const { protocol } = new URL(remote.url);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new Error(`Repositories are reached by http or https, not ${protocol}//.`);
  const { signal } = remote;
  const token = await unlessAborted(remote.token(), signal);
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    limits: REMOTE_LIMITS,
    signal,
    secrets: [token, basic],
    settings: [
      ...['protocol.http.allow=always', 'protocol.https.allow=always'],
      ...['http.followRedirects=false', 'http.lowSpeedLimit=1', 'http.lowSpeedTime=60'],
    ],
    env: {
      ...network,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `http.${remote.url}.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    },
  };
}

/** What `git ls-remote` prints. */
export async function listRefs(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await tryGit(['ls-remote', ...args], options);
  if (exitCode !== 0) throw remoteFailure(`git ls-remote failed (${exitCode}): ${stderr}`, stderr);
  return stdout;
}
