import { expect, it } from 'vitest';
import { outdatedBy } from '../../../src/adapters/github/facts/outdated.ts';

const app = { id: 1, slug: 'gatehouse', botUserId: 99 };
const repository = { id: 7, default_branch: 'main' };

const topics = (event: string, payload: object = {}) =>
  outdatedBy(event, { repository, ...payload }, app).flatMap(told => told.topics);

it.each([
  ['issues', { action: 'labeled' }],
  ['issues', { action: 'edited' }],
  ['issue_comment', { comment: { user: { id: 2 } } }],
  ['issue_comment', { comment: { user: null } }],
  ['pull_request', { action: 'labeled' }],
  ['pull_request_review', {}],
  ['pull_request_review_comment', { comment: { user: { id: 2 } } }],
  // What people said is read with what they may do.
  ['member', {}],
  ['membership', {}],
  ['organization', {}],
  ['team', {}],
])('what people said is read anew after %s %o', (event, payload) => {
  expect(topics(event, payload)).toContain('talk');
});

it('our own words change nothing that is kept', () => {
  const comment = { user: { id: app.botUserId } };
  expect(topics('issue_comment', { comment })).toEqual([]);
  expect(topics('pull_request_review_comment', { comment })).toEqual([]);
});

it('a label is no fact of a pull request, but everything else of it is', () => {
  expect(topics('pull_request', { action: 'unlabeled' })).not.toContain('pulls');
  expect(topics('pull_request', { action: 'synchronize' })).toContain('pulls');
});

it('what stands in the repository .github of an owner is read anew for all of their repositories', () => {
  const told = (name: string, ref: string) => {
    const installation = { id: 5 };
    return outdatedBy('push', { ref, installation, repository: { ...repository, name } }, app);
  };
  const all = { scope: { installation: 5 }, topics: ['repository'] };
  expect(told('.GitHub', 'refs/heads/main')).toContainEqual(all);
  expect(told('.github', 'refs/heads/topic')).not.toContainEqual(all);
  expect(told('library', 'refs/heads/main')).not.toContainEqual(all);
});
