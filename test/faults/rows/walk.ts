/** What people do on GitHub, each thing once, from the label to the merge. */
import { until } from '../../demo/until.ts';
import type { Repository, RowEnvironment } from './environment.ts';

/** The milliseconds for a walk: more than it takes on a busy machine with a row's fault. */
const PATIENCE_MS = 180_000;

export async function label(repository: Repository): Promise<number> {
  // An outsider's text taints the task, so its merge needs a person.
  const issue = await repository.otto.open('It subtracts', 'Two and two is four.');
  await repository.mona.label(issue.number, 'agent:fix');
  return issue.number;
}

/** Repeats people's requests, which may meet the faults that are meant for Gatehouse. */
const calmly =
  <T>(look: () => Promise<T>) =>
  () =>
    look().catch(() => null);

export type OpenPull = { number: number; head: { sha: string } };

/** Waits until a person is asked to approve the pull request, and returns it. */
export const asked = ({ mona }: Repository): Promise<OpenPull> =>
  until(
    'a request for approval',
    calmly(async () => {
      const [pull] = await mona.get('/pulls?state=all');
      if (!pull) return null;
      const { check_runs } = await mona.get(`/commits/${pull.head.sha}/check-runs`);
      const asks = (run: { conclusion: string }) => run.conclusion === 'action_required';
      return check_runs.some(asks) && pull;
    }),
    PATIENCE_MS,
  );

export async function approve(repository: Repository): Promise<void> {
  const { number } = await asked(repository);
  await repository.rey.approve(number);
}

export const merged = ({ mona }: Repository): Promise<boolean> =>
  until(
    'the merge',
    calmly(async () => Boolean((await mona.get('/pulls?state=all'))[0]?.merged_at)),
    PATIENCE_MS,
  );

/** The whole walk; resolves once the pull request is merged. */
export async function walk(repository: Repository): Promise<void> {
  await label(repository);
  await approve(repository);
  await merged(repository);
}

/** Waits until a run of this step has started. */
export const working = (environment: RowEnvironment, step: string): Promise<boolean> =>
  until(`${step} to be at work`, async () =>
    (await environment.log()).includes(`"run":"${step}-1-1"`),
  );
