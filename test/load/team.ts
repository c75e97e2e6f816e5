/** What a team's people and its CI do at GitHub while Gatehouse works, at their own pace. */
import { setTimeout as sleep } from 'node:timers/promises';
import { person } from '../demo/environment.ts';
import type { RepositoryHandle } from '../simulator/start.ts';
import { HOUR_MS, type LoadEnvironment, type LoadSettings, titleOf } from './environment.ts';

/** So many tasks are called for in an hour: 200 in two working days. */
const AN_HOUR = 12.5;
/** How long CI takes for a head. */
const CI_MS = 5 * 60_000;
/** How often people and CI look at what GitHub tells them, which they would hear at once. */
const LOOK_MS = 50;
/** This share of all tasks is called for at once in one repository, when half of the time is over. */
const BURST = 1 / 5;

/** A task's issue: where, by whom, and when it was labelled. */
export type Called = { repository: RepositoryHandle; page: number; at: number; burst: boolean };

/** Calls for all tasks, one by one; resolves with them once the last one is called for. */
export async function callForTasks(
  { github, repositories, team }: LoadEnvironment,
  { factor, tasks }: LoadSettings,
): Promise<Called[]> {
  const burst = Math.round(tasks * BURST);
  const spread = tasks - burst;
  const everyMs = (tasks / AN_HOUR / spread) * (HOUR_MS / factor);
  const called: Called[] = [];
  const call = async (repository: RepositoryHandle, isBurst: boolean) => {
    const page = called.length;
    const one = { repository, page, at: Date.now(), burst: isBurst };
    called.push(one);
    const user = team[page % team.length];
    if (!user) throw new Error('nobody calls for it');
    const by = person(github, user, `/repos/${repository.fullName}`);
    const issue = await by.open(titleOf(page), 'The page is missing.');
    await by.label(issue.number, 'agent:fix');
  };
  const began = Date.now();
  const [busy, ...others] = repositories;
  if (!busy) throw new Error('there is no repository');
  const quiet = others.length > 0 ? others : [busy];
  for (let n = 0; n < spread; n += 1) {
    await sleep(Math.max(0, began + n * everyMs - Date.now()));
    await call(quiet[n % quiet.length] ?? busy, false);
    if (n === spread >> 1) for (let more = 0; more < burst; more += 1) await call(busy, true);
  }
  return called;
}

type Payload = {
  repository: { full_name: string };
  pull_request?: { number: number; head: { sha: string } };
  check_run?: {
    name: string;
    conclusion: string | null;
    head_sha: string;
    pull_requests: { number: number }[];
  };
};

/** CI reports on each head, and somebody approves what Gatehouse asks an approval for, until told to stop. */
export async function followGitHub(
  environment: LoadEnvironment,
  { factor }: LoadSettings,
  signal: AbortSignal,
): Promise<void> {
  const { github, team } = environment;
  const done = new Set<string>();
  const once = (key: string): boolean => !done.has(key) && Boolean(done.add(key));
  const working = new Set<Promise<void>>();
  let failed: unknown = null;
  const begin = (work: Promise<void>) => {
    const settled: Promise<void> = work
      .catch(error => {
        failed ??= error;
      })
      .finally(() => working.delete(settled));
    working.add(settled);
  };
  let seen = 0;
  while (!signal.aborted) {
    const deliveries = github.deliveries();
    for (; seen < deliveries.length; seen += 1) {
      const { event, action, payload } = deliveries[seen] ?? {};
      if (payload === undefined) continue;
      const { repository, pull_request, check_run } = JSON.parse(payload) as Payload;
      if (event === 'pull_request' && /^(opened|synchronize)$/.test(action ?? '') && pull_request) {
        const { sha } = pull_request.head;
        if (once(`ci ${repository.full_name} ${sha}`))
          begin(runCi(environment, repository.full_name, sha, CI_MS / factor));
      }
      const asks = check_run?.name === 'gatehouse' && check_run.conclusion === 'action_required';
      const pull = check_run?.pull_requests[0]?.number;
      if (
        asks &&
        pull !== undefined &&
        once(`approve ${repository.full_name} ${check_run.head_sha}`)
      ) {
        // Whoever called for it approves nothing of it: the reviewer is somebody else of the team.
        const reviewer = team[(pull * 7 + seen) % team.length];
        if (reviewer)
          begin(person(github, reviewer, `/repos/${repository.full_name}`).approve(pull));
      }
    }
    if (failed !== null) throw failed;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  await Promise.all(working);
}

/** Two checks and a status, as a repository with GitHub Actions and one more service has them. */
async function runCi(
  { github }: LoadEnvironment,
  repository: string,
  headSha: string,
  takesMs: number,
): Promise<void> {
  const names = ['build', 'test'];
  for (const name of names)
    await github.reportCheckRun(repository, { name, headSha, status: 'in_progress' });
  const coverage = { sha: headSha, context: 'coverage', appSlug: 'coverage' } as const;
  await github.reportStatus(repository, { ...coverage, state: 'pending' });
  await sleep(takesMs);
  for (const name of names)
    await github.reportCheckRun(repository, {
      name,
      headSha,
      status: 'completed',
      conclusion: 'success',
    });
  await github.reportStatus(repository, { ...coverage, state: 'success' });
}
