/**
 * Measures how many requests an installation makes of GitHub, as the local GitHub counts them: for
 * twenty checks that finish on one head, and in an hour in which nothing happens.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { INTERVALS, nextPace, paceOfEvents } from '../../src/engine/reconcile/intervals.ts';
import { openEnvironment, person } from '../demo/environment.ts';
import { until } from '../demo/until.ts';
import { viewTask } from '../demo/watch.ts';
import { type Figure, valued } from '../figures/figures.ts';
import { callsOf } from './requests/count.ts';
import { type Restartable, serveHere } from './requests/serve.ts';

export const name = 'requests to GitHub';

const REPOSITORIES = 40;
const PULLS = 10;
const CHECKS = 20;
/** An hour takes two minutes, or as long as it takes to look as often as in an hour. */
const FACTOR = 30;
const HOUR_MS = 3_600_000;
const LOOKS = looksWithin(HOUR_MS);
/** Progress is shown once a minute: after this long nothing more comes. */
const QUIET_MS = 75_000;
/** Ten tasks may write more than a minute allows. */
const SETTLED_MS = 600_000;

const FILES = {
  'sum.sh': 'echo $(($1 - $2))\n',
  'test.sh': '[ "$(sh sum.sh 2 2)" = 4 ]\n',
  '.github/gatehouse.yml': 'commands:\n  install: ["true"]\n  test: [sh, test.sh]\n',
};

/** How often missed events are looked for in so long, where there are none. */
function looksWithin(ms: number): number {
  const pace = paceOfEvents(INTERVALS.eventsMs);
  let looks = 0;
  let paceMs = pace.everyMs;
  for (let at = 0; at < ms; at += paceMs) {
    looks += 1;
    paceMs = nextPace(paceMs, 0, pace);
  }
  return looks;
}

type Environment = Awaited<ReturnType<typeof openEnvironment>>;

export async function measure(): Promise<Figure[]> {
  const serving = Promise.withResolvers<Restartable>();
  const environment = await openEnvironment({
    repository: { name: 'r-0', files: FILES },
    env: { GATEHOUSE_SIMULATION: join(import.meta.dirname, '../faults/rows/scripts') },
    async serve(settings) {
      const served = await serveHere(settings);
      serving.resolve(served);
      return served;
    },
  });
  try {
    const waiting = await openPulls(environment);
    await quiet(environment, 0);
    const checks = await finishChecks(environment, waiting[0]);
    const gatehouse = await serving.promise;
    await gatehouse.startAgain(FACTOR);
    // What a start asks is asked once, not once an hour.
    await sleep(QUIET_MS);
    const [from, looks] = [Date.now(), gatehouse.looks()];
    await until('an hour', async () => gatehouse.looks() >= looks + LOOKS, SETTLED_MS);
    const idle = callsOf(environment.github, from);
    const { counted, unchanged } = idle.asInstallation;
    process.stdout.write(
      `\n  an idle hour: ${counted} requests as the installation (${idle.byOperation.map(([what, times]) => `${what} ${times}`).join(', ')}), ${unchanged} more that were told 304, and ${idle.asApp.counted} look-ups by the App's own JWT\n`,
    );
    return [
      valued(`${CHECKS} checks that finish on one head: requests`, checks, '', { most: 10 }),
      valued(
        `an idle hour of ${REPOSITORIES} repositories with ${PULLS} open pull requests: requests`,
        counted,
        '',
        { most: 120 },
      ),
    ];
  } finally {
    await environment.close();
  }
}

type Waiting = { repository: { id: number; fullName: string }; pull: number; head: string };

/** The repositories, in some of which a pull request of Gatehouse waits for an approval. */
async function openPulls(environment: Environment): Promise<[Waiting, ...Waiting[]]> {
  const { acme, github, repository, users } = environment;
  const others = Array.from({ length: REPOSITORIES - 1 }, (_, n) =>
    github.createRepository({ owner: acme, name: `r-${n + 1}`, files: FILES }),
  );
  const repositories = [repository, ...(await Promise.all(others))];
  const open = async (one: (typeof repositories)[number]): Promise<Waiting> => {
    github.addCollaborator(one, users.mona, 'maintain');
    const mona = person(github, users.mona, `/repos/${one.fullName}`);
    const issue = await mona.open('It subtracts', 'Two and two is four.');
    await mona.label(issue.number, 'agent:fix');
    const { number, head } = await waitingPull(environment, one.id);
    return { repository: one, pull: number, head };
  };
  const [first, ...rest] = await Promise.all(repositories.slice(0, PULLS).map(open));
  if (!first) throw new Error('there is no pull request');
  return [first, ...rest];
}

/** The one pull request of a repository, once it waits for an approval. */
const waitingPull = (environment: Environment, repositoryId: number) =>
  until(
    `a request for approval in repository ${repositoryId}`,
    async () => {
      const [row] = await environment.gatehouse.parts.tasks.list({ repositoryId, limit: 1 });
      if (!row) return null;
      const view = await viewTask(environment, row.id);
      if (!row.open) throw new Error(`the task ended: ${view.status}, ${view.reason}`);
      return view.approval?.status === 'requested' && view.pull;
    },
    SETTLED_MS,
  );

/** Waits until something was asked as the installation since then, and nothing more for a while. */
async function quiet({ github }: Environment, since: number): Promise<void> {
  await github.idle();
  await until(
    'GitHub to be left alone',
    async () => {
      const last = github.requests().findLast(({ by }) => by === 'installation');
      return last !== undefined && last.at >= since && Date.now() - last.at > QUIET_MS;
    },
    SETTLED_MS,
  );
}

/**
 * Finishes checks on a head one after the other, of a pull request that is approved and whose merge
 * waits for one more check. Returns how many requests that has caused.
 */
async function finishChecks(environment: Environment, waiting: Waiting): Promise<number> {
  const { github, users } = environment;
  const { repository, head, pull } = waiting;
  await github.reportCheckRun(repository, { name: 'last', headSha: head, status: 'in_progress' });
  github.addCollaborator(repository, users.rey, 'maintain');
  const approved = Date.now();
  await person(github, users.rey, `/repos/${repository.fullName}`).approve(pull);
  await quiet(environment, approved);
  const from = Date.now();
  for (let n = 1; n <= CHECKS; n += 1)
    await github.reportCheckRun(repository, {
      name: `check-${n}`,
      headSha: head,
      status: 'completed',
      conclusion: 'success',
    });
  await quiet(environment, from);
  const asked = callsOf(github, from);
  const { state } = await person(github, users.rey, `/repos/${repository.fullName}`).get(
    `/pulls/${pull}`,
  );
  if (state !== 'open') throw new Error('the merge did not wait for its last check');
  process.stdout.write(
    `\n  ${CHECKS} checks: ${asked.byOperation.map(([what, times]) => `${what} ${times}`).join(', ')}`,
  );
  return asked.asInstallation.counted;
}
