/** The one check that an agent is given: the first that failed, with what tells its output from another. */
import type { Repository } from '../../../core/actor.ts';
import { comparableOutput, type FailedCheck } from '../../../core/failed-check.ts';
import { digestOf } from '../../chain.ts';
import type { Intake } from '../../dependencies.ts';
import { type FailedOne, GitHubFailure } from '../../ports/github.ts';

/** `branches`: those whose head it is; `null`: GitHub names neither pull requests nor branches. */
export type CheckedCommit = { head: string; pulls: number[]; branches: string[] | null };
export type CheckFailure = {
  kind: 'check_failed';
  repository: Repository;
  /** One, or those of a suite: GitHub reports the same failure in several deliveries. */
  failed: FailedOne | { by: 'suite'; id: number };
  at: CheckedCommit;
};

/** `null`: none of the suite did. */
export async function failedCheck(
  { github: { facts } }: Pick<Intake, 'github'>,
  { repository, failed, at: { head } }: Pick<CheckFailure, 'repository' | 'failed' | 'at'>,
): Promise<FailedCheck | null> {
  const [found] =
    failed.by === 'suite' ? await facts.failedChecks(repository, failed.id) : [failed];
  if (!found) return null;
  const { id, name } = found;
  const reportedAs = failed.by === 'status' ? 'status' : 'check_run';
  // Statuses say the same in a few words, whatever failed.
  const isRun = reportedAs === 'check_run';
  const output = isRun ? await outputOf(facts, repository, { id, head, reportedAs }) : null;
  return { id, name, head, reportedAs, output };
}

/** Null where nothing can be read: then it is like no other. */
async function outputOf(
  facts: Intake['github']['facts'],
  repository: Repository,
  check: Pick<FailedCheck, 'id' | 'head' | 'reportedAs'>,
): Promise<FailedCheck['output']> {
  try {
    const { text, annotations } = await facts.checkOutput(repository, check);
    const compared = comparableOutput([...annotations, text].join('\n'));
    return compared === '' ? null : digestOf(compared);
  } catch (error) {
    if (error instanceof GitHubFailure && error.lasting) return null;
    throw error;
  }
}
