/** Which kept facts a delivery makes outdated: pure. */
import { z } from 'zod';
import type { ChangeScope, Topic } from '../../../engine/ports/changes.ts';
import type { AppIdentity } from '../triggers/origin.ts';
import { isShared } from './organization.ts';

const AComment = z.looseObject({ user: z.looseObject({ id: z.number() }).nullish() }).optional();

const AnApp = z.looseObject({ app: z.looseObject({ id: z.number() }).nullish() }).optional();

const ChangePayload = z.looseObject({
  action: z.string().optional(),
  ref: z.string().optional(),
  repository: z
    .looseObject({
      id: z.number().int(),
      name: z.string().optional(),
      default_branch: z.string().optional(),
    })
    .optional(),
  installation: z.looseObject({ id: z.number().int() }).optional(),
  check_run: AnApp,
  check_suite: AnApp,
  comment: AComment,
});
type ChangePayload = z.infer<typeof ChangePayload>;

/** Assignees, labels and milestones are no facts of a pull request, but are of its conversation. */
const OF_TALK = /^(?:un)?(?:labeled|assigned|pinned|typed)$|milestoned$/;

const ofPull = ({ action }: ChangePayload): Topic[] =>
  OF_TALK.test(action ?? '') ? ['talk'] : ['pulls', 'talk'];

/** Our own words are no facts. */
const ofComment = ({ comment }: ChangePayload, app: AppIdentity): Topic[] =>
  comment?.user?.id === app.botUserId ? [] : ['talk'];

const ofPush = ({ ref, repository }: ChangePayload): Topic[] =>
  ref === `refs/heads/${repository?.default_branch}` ? ['repository', 'pulls'] : ['pulls'];

/** Our own checks are no facts. */
const ofCheck = ({ check_run, check_suite }: ChangePayload, app: AppIdentity): Topic[] =>
  (check_run ?? check_suite)?.app?.id === app.id ? [] : ['pulls'];

const always =
  (...topics: Topic[]) =>
  (): Topic[] =>
    topics;

/** By event. What is not listed changes nothing that is kept. */
const CHANGES: Readonly<
  Record<string, (payload: ChangePayload, app: AppIdentity) => readonly Topic[]>
> = {
  pull_request: ofPull,
  issues: always('talk'),
  issue_comment: ofComment,
  pull_request_review_comment: ofComment,
  pull_request_review: always('pulls', 'talk'),
  pull_request_review_thread: always('pulls'),
  check_run: ofCheck,
  check_suite: ofCheck,
  status: always('pulls'),
  merge_group: always('pulls'),
  push: ofPush,
  repository: always('repository', 'people', 'pulls', 'talk'),
  member: always('people', 'talk'),
  membership: always('people', 'talk'),
  organization: always('people', 'talk'),
  team: always('people', 'talk'),
  team_add: always('people', 'talk'),
  branch_protection_rule: always('rules'),
  branch_protection_configuration: always('rules'),
  repository_ruleset: always('rules'),
  installation: always('repository', 'people', 'rules', 'pulls', 'talk'),
  installation_repositories: always('repository', 'people', 'rules', 'pulls', 'talk'),
  installation_target: always('repository'),
};

type Outdated = { scope: ChangeScope; topics: readonly Topic[] };

/** A delivery about no repository makes the facts of all repositories of its installation outdated. */
export function outdatedBy(event: string, payload: unknown, app: AppIdentity): Outdated[] {
  const parsed = ChangePayload.safeParse(payload);
  if (!parsed.success || !Object.hasOwn(CHANGES, event)) return [];
  const { repository, installation } = parsed.data;
  const topics = CHANGES[event]?.(parsed.data, app) ?? [];
  const scope = repository
    ? { repository: repository.id }
    : installation && { installation: installation.id };
  const told: Outdated[] = scope && topics.length > 0 ? [{ scope, topics }] : [];
  // What stands there holds for all repositories of its owner.
  if (installation && isShared(repository?.name ?? '') && topics.includes('repository'))
    told.push({ scope: { installation: installation.id }, topics: ['repository'] });
  // Who gains access is not known by the repository yet, so this concerns the installation.
  if (installation && topics.includes('people'))
    told.push({ scope: { installation: installation.id }, topics: ['access'] });
  return told;
}
