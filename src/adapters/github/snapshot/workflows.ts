/**
 * Which workflow filled a suite, and for which event: of GitHub Actions each start has a suite of its own,
 * so that a label or a reopened pull request has the same jobs stand there twice.
 */
import type { Repository } from '../../../core/actor.ts';
import type { Client } from '../client/client.ts';
import { orUnread } from '../client/failure.ts';
import { repositoryPath } from '../client/repository-path.ts';

export type WorkflowStart = {
  /** The workflow and the event: what was started by the same is replaced by it. */
  of: string;
  /** It was started by something that happens to no pull request, such as a schedule. */
  apart: boolean;
};

/**
 * By the suite's id. Where it can't be read, nothing is known of any. GitHub lists the latest first and
 * 1,000 of them at most; a schedule may have run more often than fits a page since the last push.
 */
export async function readWorkflows(
  { rest, paginate }: Client,
  repository: Repository,
  head_sha: string,
): Promise<ReadonlyMap<number, WorkflowStart>> {
  const at = { ...repositoryPath(repository), head_sha, per_page: 100 };
  const found = await orUnread(null, paginate(rest.actions.listWorkflowRunsForRepo, at));
  return new Map(
    found?.flatMap(({ check_suite_id: suite, workflow_id, event, path }) =>
      suite === undefined
        ? []
        : [[suite, { of: `workflow ${workflow_id} ${event}`, apart: isApart(event, path) }]],
    ),
  );
}

/**
 * No further commit of a pull request is given what these start: it runs on the default branch's commit,
 * on a tag's, on a new branch's first one, or where a person or a deployment by us chose it. A deployment's
 * own events are not among them: they run on what was deployed, which may be a preview of each head.
 */
const APART: ReadonlySet<string> = new Set([
  ...['schedule', 'workflow_dispatch', 'repository_dispatch', 'workflow_run'],
  ...['issues', 'issue_comment', 'discussion', 'discussion_comment', 'label', 'milestone'],
  ...['release', 'registry_package', 'page_build'],
  ...['fork', 'watch', 'gollum', 'public', 'branch_protection_rule', 'create', 'delete'],
]);

/** GitHub's own workflows are all started by `dynamic`; its code scanning looks at pull requests as well. */
const isApart = (event: string, path: string): boolean =>
  APART.has(event) || (event === 'dynamic' && /^dynamic\/(?:pages|dependabot)\//.test(path));
