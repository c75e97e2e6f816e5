/** What people do on GitHub, each thing once, from the label to the merge. */
import { until } from '../../demo/until.ts';
import type { Repository, Stage } from './stage.ts';

/** More than a walk takes, on a busy machine and with all that a row does to it. Milliseconds. */
const PATIENCE_MS = 180_000;

export async function label(repository: Repository): Promise<number> {
  // An outsider's words taint the task: its merge needs a person.
  const issue = await repository.otto.open('It subtracts', 'Two and two is four.');
  await repository.mona.label(issue.number, 'agent:fix');
  return issue.number;
}

/** People meet the faults that are meant for Gatehouse as well: they press reload. */
const calmly =
  <T>(look: () => Promise<T>) =>
  () =>
    look().catch(() => null);

export type OpenPull = { number: number; head: { sha: string } };

/** The pull request, once a person is asked to approve it. */
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

/** The whole way; resolves once it is merged. */
export async function walk(repository: Repository): Promise<void> {
  await label(repository);
  await approve(repository);
  await merged(repository);
}

/** Once a run of this step has started. */
export const working = (stage: Stage, step: string): Promise<boolean> =>
  until(`${step} to be at work`, async () => (await stage.log()).includes(`"run":"${step}-1-1"`));
