/** GitHub's own examples of every delivery, through the whole table of triggers: what each of them starts. */
import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import { expect, test } from 'vitest';
import { meaningOf } from '../../src/compose/github/triggers.ts';

const APP = { id: 1, slug: 'gatehouse', botUserId: 99 };

/** They are deliveries to a webhook of a repository: those to an App name its installation besides. */
const all = examples.flatMap(({ name, examples: of }) =>
  of.map(example => ({ event: name, payload: { installation: { id: 7 }, ...example } })),
);

test('GitHub shows examples of all of its events', () => {
  expect(examples).toHaveLength(58);
  expect(all).toHaveLength(329);
});

/** All that anything is done about, by how many examples; the rest is settled without a look at GitHub. */
test('nothing starts what it should not, whatever GitHub sends', async () => {
  const followed: Record<string, number> = {};
  const malformed: string[] = [];
  for (const { event, payload } of all) {
    const meaning = await meaningOf({ event, payload }, APP);
    if ('ignored' in meaning) {
      if (meaning.ignored === 'malformed') malformed.push(`${event}: ${meaning.problem}`);
      continue;
    }
    const action = 'action' in payload ? `.${payload.action}` : '';
    const name = `${event}${action} is ${meaning.trigger.kind}`;
    followed[name] = (followed[name] ?? 0) + 1;
  }
  expect(malformed).toEqual([]);
  expect(followed).toMatchInlineSnapshot(`
    {
      "check_run.completed is check_failed": 1,
      "check_run.completed is checks_changed": 2,
      "check_run.created is checks_changed": 3,
      "deployment.created is deployment_told": 4,
      "deployment_status.created is deployment_told": 4,
      "github_app_authorization.revoked is authorization": 2,
      "installation.created is installation": 2,
      "installation.deleted is installation": 2,
      "installation.new_permissions_accepted is installation": 1,
      "installation.suspend is installation": 1,
      "installation.unsuspend is installation": 1,
      "installation_repositories.added is installation": 2,
      "installation_repositories.removed is installation": 1,
      "issue_comment.deleted is comment_changed": 2,
      "issue_comment.edited is comment_changed": 2,
      "issues.deleted is issue_gone": 1,
      "issues.locked is issue_gone": 2,
      "issues.opened is issue_opened": 4,
      "issues.transferred is issue_gone": 1,
      "issues.unlocked is issue_gone": 2,
      "merge_group.checks_requested is group_made": 2,
      "pull_request.closed is pull_state": 2,
      "pull_request.converted_to_draft is pull_state": 3,
      "pull_request.locked is pull_state": 2,
      "pull_request.opened is pull_content": 4,
      "pull_request.ready_for_review is pull_state": 3,
      "pull_request.reopened is pull_state": 2,
      "pull_request.review_requested is review": 1,
      "pull_request.synchronize is head_moved": 1,
      "pull_request.unlocked is pull_state": 2,
      "pull_request_review.dismissed is review": 1,
      "pull_request_review.submitted is review": 3,
      "pull_request_review_comment.deleted is comment_changed": 1,
      "pull_request_review_comment.edited is comment_changed": 1,
      "pull_request_review_thread.resolved is pull_state": 2,
      "pull_request_review_thread.unresolved is pull_state": 1,
      "push is default_branch_moved": 2,
      "repository.edited is repository_changed": 1,
      "repository.renamed is repository_changed": 1,
      "repository.transferred is repository_changed": 3,
      "status is checks_changed": 4,
    }
  `);
});

test('none of them, bent in each of its fields, breaks a translation', async () => {
  for (const { event, payload } of all)
    for (const field of Object.keys(payload))
      for (const bent of [null, 0, '', [], {}, { id: -1 }, 'x'.repeat(300)])
        expect(
          await meaningOf({ event, payload: { ...payload, [field]: bent } }, APP),
        ).toBeDefined();
});
