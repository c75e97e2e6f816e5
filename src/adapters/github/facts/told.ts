/** Which kept facts a delivery makes old: pure. */
import { z } from 'zod';
import type { ChangeScope, Topic } from '../../../engine/ports/changes.ts';
import type { AppIdentity } from '../triggers/origin.ts';

const AnApp = z.looseObject({ app: z.looseObject({ id: z.number() }).nullish() }).optional();

const ToldPayload = z.looseObject({
  action: z.string().optional(),
  ref: z.string().optional(),
  repository: z
    .looseObject({ id: z.number().int(), default_branch: z.string().optional() })
    .optional(),
  installation: z.looseObject({ id: z.number().int() }).optional(),
  check_run: AnApp,
  check_suite: AnApp,
});
type ToldPayload = z.infer<typeof ToldPayload>;

/** Nothing that is kept says who is assigned, or under which labels and milestones something stands. */
const UNKEPT = /^(?:un)?(?:labeled|assigned|pinned|typed)$|milestoned$/;

const ofPull = ({ action }: ToldPayload): Topic[] => (UNKEPT.test(action ?? '') ? [] : ['pulls']);

const ofPush = ({ ref, repository }: ToldPayload): Topic[] =>
  ref === `refs/heads/${repository?.default_branch}` ? ['repository', 'pulls'] : ['pulls'];

/** Our own checks are no facts. */
const ofCheck = ({ check_run, check_suite }: ToldPayload, app: AppIdentity): Topic[] =>
  (check_run ?? check_suite)?.app?.id === app.id ? [] : ['pulls'];

const always =
  (...topics: Topic[]) =>
  (): Topic[] =>
    topics;

/** By event. What is not listed changes nothing that is kept. */
const CHANGES: Readonly<
  Record<string, (payload: ToldPayload, app: AppIdentity) => readonly Topic[]>
> = {
  pull_request: ofPull,
  pull_request_review: always('pulls'),
  pull_request_review_thread: always('pulls'),
  check_run: ofCheck,
  check_suite: ofCheck,
  status: always('pulls'),
  merge_group: always('pulls'),
  push: ofPush,
  repository: always('repository', 'people', 'pulls'),
  member: always('people'),
  membership: always('people'),
  organization: always('people'),
  team: always('people'),
  team_add: always('people'),
  branch_protection_rule: always('rules'),
  branch_protection_configuration: always('rules'),
  repository_ruleset: always('rules'),
  installation: always('repository', 'people', 'rules', 'pulls'),
  installation_repositories: always('repository', 'people', 'rules', 'pulls'),
  installation_target: always('repository'),
};

type Told = { scope: ChangeScope; topics: readonly Topic[] };

/** None: nothing that is kept. Of what concerns no repository, all of the installation's are concerned. */
export function toldBy(event: string, payload: unknown, app: AppIdentity): Told[] {
  const parsed = ToldPayload.safeParse(payload);
  if (!parsed.success || !Object.hasOwn(CHANGES, event)) return [];
  const { repository, installation } = parsed.data;
  const topics = CHANGES[event]?.(parsed.data, app) ?? [];
  const scope = repository
    ? { repository: repository.id }
    : installation && { installation: installation.id };
  const told: Told[] = scope && topics.length > 0 ? [{ scope, topics }] : [];
  // Whoever comes to see a repository is not known by it yet: so it counts for the installation.
  if (installation && topics.includes('people'))
    told.push({ scope: { installation: installation.id }, topics: ['access'] });
  return told;
}
