/** GitHub as the engine may read it. Each repository is looked for first: it may have another name by now. */
import type { Repository } from '../../../core/actor.ts';
import { createAnswerCache } from '../../../core/bounds/bounded-cache.ts';
import type { Changes } from '../../../engine/ports/changes.ts';
import type { CheckOutput } from '../../../engine/ports/check-output.ts';
import { type GitHubFacts, NotGranted } from '../../../engine/ports/github.ts';
import type { Clients } from '../client/client.ts';
import { attempt } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';
import type { Tokens } from '../client/tokens.ts';
import { atPresentName, type Located, type Locator } from '../locate.ts';
import { takeSnapshot } from '../snapshot/snapshot.ts';
import { readWorkflows } from '../snapshot/workflows.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { readAheadInQueue } from './ahead-in-queue.ts';
import { readApproval } from './approval.ts';
import { createBranchRequirements } from './branch-requirements.ts';
import {
  readBranch,
  readBranches,
  readDefaultBranch,
  readRenamedBranch,
  readTag,
} from './branches.ts';
import { readCheckOutput } from './check-output.ts';
import { readCheckSuites, readFailedChecks, readOwnChecks } from './check-suites.ts';
import { readChecks } from './checks.ts';
import type { OwnAccount } from './contributors.ts';
import { isRunOfOurs, readDeployment, readPreview } from './deployments.ts';
import { readExpectedChecks, readRan } from './expected-checks.ts';
import { readFailedAt } from './failed-at.ts';
import { readIssue } from './issue.ts';
import type { Kept } from './kept.ts';
import { readOrganization } from './organization.ts';
import { outdatedBy } from './outdated.ts';
import { readPullCommits } from './pull-commits.ts';
import { readPullFiles } from './pull-files.ts';
import { readPullsAt } from './pulls-at.ts';
import { readMilestone, readSubIssues } from './related-issues.ts';
import { readDiscussion } from './remarks.ts';
import { readReview } from './review.ts';
import { createPersonOf } from './role.ts';
import { readShownRequest } from './shown-request.ts';
import { isStatusBy } from './status-app.ts';
import { readTeam } from './teams.ts';
import { readWriters } from './writers.ts';

/** A check that failed is told of several times at once, and each time its output is read. */
const OUTPUT_MS = 10_000;
const MOST_OUTPUTS = 50;

export function createFacts(
  parts: {
    clients: Clients;
    tokens: Tokens;
    app: AppIdentity;
    own: OwnAccount;
    kept: Kept;
    changes: Changes;
    /** Where repositories are cloned from, without a slash at the end. */
    gitUrl: string;
  } & Locator,
): GitHubFacts {
  const { clients, tokens, app, own, gitUrl, locate, lastPlace, kept, changes } = parts;
  const snapshots = kept.about('pulls', (now, number) =>
    takeSnapshot(clients(now, 'facts'), app, now, Number(number)),
  );
  const ranOn = kept.about('pulls', (now, sha) => readRan(clients, app, now, sha));
  const workflowsOn = kept.about('pulls', (now, sha) =>
    readWorkflows(clients(now, 'facts'), now, sha),
  );
  const suites = kept.about('pulls', (now, sha) => readCheckSuites(clients, app, now, sha));
  const requirements = createBranchRequirements(clients, app, kept);
  const personOf = createPersonOf(clients, kept);
  const tip = kept.about('repository', (now, branch) => readBranch(clients, now, branch));
  const shared = kept.about('repository', now => readOrganization(clients, now));
  const outputs = createAnswerCache<string, CheckOutput>(MOST_OUTPUTS, {
    ms: OUTPUT_MS,
    now: Date.now,
  });
  const writers = kept.about('people', now => readWriters(clients, now));
  const team = kept.about('people', (now, slug) =>
    readTeam(clients(now, 'facts'), now.owner, slug),
  );
  const reader = { clients, app, personOf };
  const issues = kept.about('talk', (now, number) => readIssue(reader, now, Number(number)));
  const discussions = kept.about('talk', (now, pull) => readDiscussion(reader, now, Number(pull)));
  const read = <T>(
    what: string,
    repository: Repository,
    from: (now: Located) => Promise<T>,
  ): Promise<T> =>
    attempt(what, () => atPresentName(locate, repository, from, lastPlace(repository)));
  return {
    renew: kept.renew,
    async told(event, payload) {
      for (const { scope, topics } of outdatedBy(event, payload, app)) {
        // Other permissions, or other repositories.
        if ('installation' in scope && event.startsWith('installation'))
          await tokens.forget(scope.installation);
        await changes.changed(scope, topics);
      }
    },
    role: (repository, account) =>
      read(
        `role of ${account.login}`,
        repository,
        async now => (await personOf(now, account)).role,
      ),
    writers: repository => read('people who can push', repository, now => writers(now, '')),
    team: (repository, slug) => read(`team ${slug}`, repository, now => team(now, slug)),
    issue: (repository, number) =>
      read(`issue #${number}`, repository, now => issues(now, String(number))),
    subIssues: (repository, number, most) =>
      read(`issues below #${number}`, repository, now => readSubIssues(clients, now, number, most)),
    milestone: (repository, title, most) =>
      read('the issues of a milestone', repository, now =>
        readMilestone(clients, now, title, most),
      ),
    pull: (repository, number) =>
      read(`pull request #${number}`, repository, now => snapshots(now, String(number))),
    aheadInQueue: (repository, number) =>
      read(`the merge queue ahead of #${number}`, repository, now =>
        readAheadInQueue(clients, now, number),
      ),
    pullCommits: (repository, number) =>
      read(`commits of #${number}`, repository, now => readPullCommits(clients, now, number)),
    pullFiles: (repository, number) =>
      read(`files of #${number}`, repository, now => readPullFiles(clients, now, number)),
    discussion: (repository, pull) =>
      read(`discussion of #${pull}`, repository, now => discussions(now, String(pull))),
    review: (repository, pull, review) =>
      read(`review ${review} of #${pull}`, repository, now =>
        readReview(clients, now, { pull, review }),
      ),
    expectedChecks: (repository, pull) =>
      read(`expected checks of #${pull}`, repository, async now =>
        readExpectedChecks(
          { requirements, ranOn, workflowsOn },
          now,
          await snapshots(now, String(pull)),
        ),
      ),
    requiresOurs: (repository, branch) =>
      read(`protection of ${branch}`, repository, now => requirements.ours(now, branch)),
    takesPushes: (repository, branch) =>
      read(`protection of ${branch}`, repository, now => requirements.takesPushes(now, branch)),
    requiresSignatures: (repository, branch) =>
      read(`protection of ${branch}`, repository, now => requirements.signatures(now, branch)),
    ownChecks: (repository, suite) =>
      read('our checks', repository, now => readOwnChecks(clients, app, now, suite)),
    checkSuites: (repository, sha) => read('check suites', repository, now => suites(now, sha)),
    isStatusBy: (repository, status) =>
      read(`status ${status.name}`, repository, now => isStatusBy(clients, now, status)),
    approval: (repository, asked) =>
      read(`approvals of #${asked.pull ?? asked.issue}`, repository, async now => {
        const snapshot = asked.pull === null ? null : await snapshots(now, String(asked.pull));
        return readApproval({ ...reader, own, team }, now, asked, snapshot);
      }),
    shownRequest: (repository, comment) =>
      attempt(`comment ${comment}`, () => readShownRequest({ clients, app }, repository, comment)),
    branch: (repository, ref) =>
      read(`branch ${ref}`, repository, now => readBranch(clients, now, ref)),
    tag: (repository, name) => read(`tag ${name}`, repository, now => readTag(clients, now, name)),
    branches: repository => read('branches', repository, now => readBranches(clients, now)),
    renamedBranch: (repository, ref) =>
      read(`branch ${ref}`, repository, now => readRenamedBranch(clients, now, ref)),
    defaultBranch: repository =>
      read('default branch', repository, now => readDefaultBranch(tip, locate, now)),
    organization: repository => read('the repository .github', repository, now => shared(now, '')),
    pullsAt: (repository, sha) =>
      read(`pull requests at ${sha}`, repository, now => readPullsAt(clients, now, sha)),
    failedChecks: (repository, suite) =>
      read('failed checks', repository, now => readFailedChecks(clients, now, suite)),
    failedAt: (repository, sha) =>
      read(`what failed at ${sha}`, repository, now => readFailedAt(clients, app, now, sha)),
    checkOutput: (repository, check) =>
      outputs.get(`${repository.id} ${check.reportedAs} ${check.id}`, () =>
        read(`output of check ${check.id}`, repository, now =>
          readCheckOutput(clients, now, check),
        ),
      ),
    checksOf: (repository, sha) =>
      read(`checks of ${sha}`, repository, async now => {
        const { checks } = await readChecks(clients(now, 'facts'), app, repositoryPath(now), sha);
        const named = (state: string) =>
          [...new Set(checks.filter(one => one.state === state).map(({ name }) => name))].sort();
        return { failing: named('failing'), pending: named('pending') };
      }),
    deployment: (repository, one) =>
      read('deployment', repository, now => readDeployment(clients, now, one)),
    isRunOfOurs: (repository, run) =>
      read('run of a workflow', repository, now =>
        isRunOfOurs(clients, now, { run, bot: app.botUserId }),
      ),
    preview: (repository, of) =>
      read(`deployments to ${of.environment}`, repository, now => readPreview(clients, now, of)),
    async remote(repository, access) {
      const writes = access === 'write';
      const need = writes ? 'push' : 'fetch';
      const [now] = await Promise.all([
        // Git goes by the name alone: what is written goes only where GitHub says that it is this one now.
        locate(repository, writes ? 'fresh' : undefined),
        // The token goes by the id, so it is asked for meanwhile. Where that fails, its use says why.
        writes ? tokens.token(repository, need).catch(() => null) : null,
      ]);
      const lacks = writes ? await tokens.lacks(now.installation, need).catch(() => []) : [];
      // Git would say only that it may not.
      if (lacks.includes('contents: write'))
        throw new NotGranted(`push: the App is not granted ${lacks.join(', ')}`, null);
      return {
        url: `${gitUrl}/${now.owner}/${now.name}.git`,
        token: () => tokens.token(now, need),
        ...(now.kilobytes > 0 && { kilobytes: now.kilobytes }),
      };
    },
  };
}
