/** What a replay works with: nothing of it writes to the log or to GitHub. */
import type { Dependencies } from '../dependencies.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { GitHubFacts } from '../ports/github.ts';

export type ReplayDependencies = Pick<
  Dependencies,
  'workspaces' | 'sandbox' | 'gateway' | 'adapters' | 'profiles' | 'settings' | 'redact' | 'clock'
> & {
  log: Pick<EventLog, 'read'>;
  artifacts: Pick<Artifacts, 'get'>;
  /** Where a tree is fetched from that is not on this machine. */
  github: { facts: Pick<GitHubFacts, 'remote'> };
};
