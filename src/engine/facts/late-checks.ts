/**
 * CI takes seconds or minutes to begin, and until then nothing on the commit speaks of it: for a short
 * while after each head, a merge waits for what may still begin.
 */
import { ACTIONS_APP } from '../../core/actions-app.ts';
import { later } from '../../core/retry.ts';
import { createdOf, type TaskState } from '../../core/task/state/state.ts';
import type { Dependencies } from '../dependencies.ts';
import type { AskedApp, GitHubFacts } from '../ports/github.ts';

/** For how long CI may take to begin, where the repository does not say. */
const BEGIN_MINUTES = 2;
const MINUTE_MS = 60_000;

const WORKFLOWS = '.github/workflows';

/** What is looked up for it. */
export type LateChecksSource = {
  github: { facts: Pick<GitHubFacts, 'remote'> };
  workspaces: Pick<Dependencies['workspaces'], 'listFolder'>;
};

/** When the wait for CI to begin ends; `null`: nothing may begin any more. */
export async function beginsUntil(
  { github, workspaces }: LateChecksSource,
  state: TaskState,
  { head, suites }: { head: string; suites: AskedApp[] },
  now: string,
): Promise<string | null> {
  const { repository, config } = createdOf(state);
  const minutes = config.checks?.beginMinutes ?? BEGIN_MINUTES;
  if (state.headSince === '') return null;
  const until = later(state.headSince, minutes * MINUTE_MS);
  if (until <= now) return null;
  const source = { repository, remote: await github.facts.remote(repository, 'read') };
  const workflows = await workspaces.listFolder(source, head, WORKFLOWS);
  const hasWorkflows = workflows.some(({ name }) => /\.ya?ml$/.test(name));
  const awaitsActions = hasWorkflows && !suites.some(({ app }) => app === ACTIONS_APP);
  return awaitsActions || suites.some(({ begun }) => !begun) ? until : null;
}
