import type { GitHub } from '../github.ts';
import { checkSuiteJson, suiteState } from '../present/check.ts';
import { emit } from '../webhooks/emit.ts';
import type { Account } from '../world/accounts.ts';
import { appById, grants, installationsOn } from '../world/apps.ts';
import type { CheckSuite } from '../world/checks.ts';
import type { Repository } from '../world/repositories.ts';

/** Each App that may write checks gets a suite for a pushed commit, and is asked to fill it. */
export async function openSuites(
  github: GitHub,
  repository: Repository,
  branch: string,
  sha: string,
  pusher: Account,
): Promise<void> {
  for (const installation of installationsOn(github, repository)) {
    if (!grants(installation.permissions, 'checks', 'write')) continue;
    const suite = ensureSuite(github, repository, installation.appId, sha, branch);
    await emitSuite(github, repository, suite, 'requested', pusher, installation.appId);
  }
}

export function ensureSuite(
  github: GitHub,
  repository: Repository,
  appId: number,
  headSha: string,
  headBranch: string | null,
): CheckSuite {
  const existing = repository.checkSuites.find(
    suite => suite.appId === appId && suite.headSha === headSha,
  );
  return existing ?? addSuite(github, repository, { appId, headSha, headBranch });
}

export function addSuite(
  github: GitHub,
  repository: Repository,
  of: Pick<CheckSuite, 'appId' | 'headSha' | 'headBranch'>,
): CheckSuite {
  const now = github.timestamp();
  const suite = {
    id: github.nextId(),
    ...of,
    createdAt: now,
    updatedAt: now,
    rerequested: false,
  };
  repository.checkSuites.push(suite);
  return suite;
}

/** Called when a run ends: the suite is complete with the last of its runs. */
export async function completeSuite(
  github: GitHub,
  repository: Repository,
  suiteId: number,
): Promise<void> {
  const suite = repository.checkSuites.find(candidate => candidate.id === suiteId);
  if (!suite || suiteState(repository, suite).status !== 'completed') return;
  suite.updatedAt = github.timestamp();
  await emitSuite(github, repository, suite, 'completed', appById(github, suite.appId).botUser);
}

export async function emitSuite(
  github: GitHub,
  repository: Repository,
  suite: CheckSuite,
  action: string,
  sender: Account,
  onlyApp?: number,
): Promise<void> {
  const json = await checkSuiteJson(github, repository, suite);
  emit(github, {
    event: 'check_suite',
    action,
    repository,
    sender,
    payload: { check_suite: { ...json, repository: undefined } },
    ...(onlyApp !== undefined && { onlyApp }),
  });
}
