import { branchesWithHead } from '../git/branches.ts';
import type { GitHub } from '../github.ts';
import {
  applyFields,
  type CheckFields,
  checkFields,
  emitCheckRun,
  runCompleted,
} from '../rest/check-state.ts';
import { newRun } from '../rest/checks.ts';
import { addStatus } from '../rest/statuses.ts';
import { ensureSuite } from '../rest/suites.ts';
import { addAccount, findAccount } from './accounts.ts';
import { type App, createApp } from './apps.ts';
import type { CheckRun, CommitStatus } from './checks.ts';
import type { Repository } from './repositories.ts';

export interface ReportedCheck extends CheckFields {
  readonly name: string;
  readonly headSha: string;
  /** What the job printed; it is served as the log of an Actions job. */
  readonly log?: string;
  /** Whose check it is; another App than the usual one of the repository's CI. */
  readonly appSlug?: string;
  /** Where it stands, of the suites that its App has on the commit; the only one unless said. */
  readonly suiteId?: number;
}

/** The repository's own CI speaks: a new check run, or the next word on one that still goes on. */
export async function reportCheckRun(
  github: GitHub,
  repository: Repository,
  check: ReportedCheck,
): Promise<CheckRun> {
  checkFields(check);
  const app = ciApp(github, check.appSlug ?? 'ci');
  const [branch] = await branchesWithHead(repository, check.headSha);
  const suiteId =
    check.suiteId ??
    ensureSuite(
      github,
      repository,
      app.id,
      check.headSha,
      branch ?? pullBranch(repository, check.headSha),
    ).id;
  let run = repository.checkRuns.findLast(
    known => known.suiteId === suiteId && known.name === check.name && known.status !== 'completed',
  );
  const isNew = !run;
  run ??= newRun(github.nextId(), suiteId, app.id, check.headSha, check.name);
  applyFields(github, run, {
    status: 'completed',
    conclusion: 'success',
    ...check,
    ...(check.status && !check.conclusion && { conclusion: undefined }),
  } as CheckFields);
  run.log = check.log ?? run.log ?? '';
  if (isNew) {
    repository.checkRuns.push(run);
    await emitCheckRun(github, repository, run, 'created', app.botUser);
  }
  if (run.status === 'completed') await runCompleted(github, repository, run);
  return run;
}

/** An App speaks by a commit status: its bot is the creator. */
export function reportStatus(
  github: GitHub,
  repository: Repository,
  status: Pick<CommitStatus, 'sha' | 'context' | 'state'> & { readonly appSlug: string },
): Promise<CommitStatus> {
  const { appSlug, ...given } = status;
  const bot = ciApp(github, appSlug).botUser;
  return addStatus({ github, repository }, bot, { ...given, description: null, targetUrl: null });
}

/** The branch of a pull request's head, which may be in a fork. */
function pullBranch(repository: Repository, sha: string): string | null {
  return (
    [...repository.issues.values()].find(issue => issue.pull?.headSha === sha)?.pull?.headRef ??
    null
  );
}

export function ciApp(github: GitHub, slug: string): App {
  const known = [...github.world.apps.values()].find(app => app.slug === slug);
  if (known) return known;
  const owner = findAccount(github, 'github') ?? addAccount(github, 'github', 'Organization');
  return createApp(github, {
    name: slug,
    owner,
    permissions: { checks: 'write', contents: 'read' },
    events: [],
  });
}
