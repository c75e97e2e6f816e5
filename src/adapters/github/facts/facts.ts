/** GitHub as the engine may read it. */
import type { GitHubFacts } from '../../../engine/ports/github.ts';
import type { Clients } from '../client.ts';
import { attempt } from '../failure.ts';
import type { Tokens } from '../tokens.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { readApproval } from './approval.ts';
import { readBranch, readBranches, readDefaultBranch } from './branches.ts';
import { readCheckSuites } from './check-suites.ts';
import { readExpectedChecks } from './expected-checks.ts';
import { readIssue } from './issue.ts';
import { readJobLog } from './job-log.ts';
import { readOrganization } from './organization.ts';
import { readPull } from './pull.ts';
import { roleOf } from './role.ts';
import { isStatusBy } from './status-app.ts';
import { readWriters } from './writers.ts';

export function createFacts(parts: {
  clients: Clients;
  tokens: Tokens;
  app: AppIdentity;
  /** Where repositories are cloned from, without a slash at the end. */
  gitUrl: string;
}): GitHubFacts {
  const { clients, tokens, app, gitUrl } = parts;
  return {
    role: (repository, account) =>
      attempt(`role of ${account.login}`, () => roleOf(clients, repository, account)),
    writers: repository => attempt('people who can push', () => readWriters(clients, repository)),
    issue: (repository, number) =>
      attempt(`issue #${number}`, () => readIssue(clients, app, repository, number)),
    pull: (repository, number) =>
      attempt(`pull request #${number}`, () => readPull(clients, app, repository, number)),
    expectedChecks: (repository, base) =>
      attempt(`expected checks of ${base.ref}`, () =>
        readExpectedChecks(clients, app, repository, base),
      ),
    checkSuites: (repository, sha) =>
      attempt('check suites', () => readCheckSuites(clients, app, repository, sha)),
    isStatusBy: (repository, status) =>
      attempt(`status ${status.name}`, () => isStatusBy(clients, repository, status)),
    approval: (repository, asked) =>
      attempt(`approvals of #${asked.pull ?? asked.issue}`, () =>
        readApproval(clients, app, repository, asked),
      ),
    branch: (repository, ref) =>
      attempt(`branch ${ref}`, () => readBranch(clients, repository, ref)),
    branches: repository => attempt('branches', () => readBranches(clients, repository)),
    defaultBranch: repository =>
      attempt('default branch', () => readDefaultBranch(clients, repository)),
    organization: repository =>
      attempt('the repository .github', () => readOrganization(clients, repository)),
    jobLog: (repository, checkRunId) =>
      attempt(`log of check ${checkRunId}`, () => readJobLog(clients, repository, checkRunId)),
    remote: (repository, access) => ({
      url: `${gitUrl}/${repository.owner}/${repository.name}.git`,
      token: () => tokens.token(repository, access === 'write' ? 'push' : 'fetch'),
    }),
  };
}
