/** The one query that takes a pull request as it stands, and the form of its answer. */
import { z } from 'zod';

const CONTEXTS = `nodes {
  __typename
  ... on CheckRun { databaseId name status conclusion completedAt checkSuite { databaseId app { databaseId slug } } }
  ... on StatusContext { context state createdAt }
}`;

export const ACCOUNT = `__typename login
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
  ... on Organization { databaseId }
  ... on EnterpriseUserAccount { user { databaseId login } }`;

const PERSON = 'name email user { databaseId login }';

/** Reviews that only comment are neither for nor against. */
export const DECISIVE = '[APPROVED, CHANGES_REQUESTED, DISMISSED]';
export const REVIEW = `fullDatabaseId state submittedAt authorCanPushToRepository commit { oid } author { ${ACCOUNT} }`;

/** Two lists go on after their cursors. Anybody can write more reviews than are read: of these, the newest are. */
export const QUERY = `query ($owner: String!, $name: String!, $number: Int!, $commits: String, $contexts: String) {
  repository(owner: $owner, name: $name) {
    databaseId isArchived owner { login }
    pullRequest(number: $number) {
      id title state merged isDraft locked mergeable
      mergeCommit { oid }
      mergedBy { ${ACCOUNT} }
      headRefName headRefOid headRepository { databaseId }
      baseRefName baseRefOid
      baseRef { target { oid ... on Commit { statusCheckRollup { contexts(first: 100) {
        pageInfo { hasNextPage } ${CONTEXTS}
      } } } } }
      author { ${ACCOUNT} }
      reviewRequests(first: 100) {
        pageInfo { hasNextPage }
        nodes { requestedReviewer { ... on User { databaseId } } }
      }
      commits(first: 100, after: $commits) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { commit {
          oid
          author { ${PERSON} }
          committer { ${PERSON} }
          authors(first: 50) { pageInfo { hasNextPage } nodes { ${PERSON} } }
        } }
      }
      reviews(last: 100, states: ${DECISIVE}) { pageInfo { hasPreviousPage } nodes { ${REVIEW} } }
      statusCheckRollup { contexts(first: 100, after: $contexts) {
        pageInfo { hasNextPage endCursor } ${CONTEXTS}
      } }
    }
  }
}`;

export const Page = z.looseObject({ hasNextPage: z.boolean(), endCursor: z.string().nullish() });
const Oid = z.looseObject({ oid: z.string() });

const Named = z.looseObject({ databaseId: z.number().int(), login: z.string() });

/** `user`: null where the address is no person's. */
const GitIdentity = z.looseObject({
  name: z.string().nullable(),
  email: z.string().nullable(),
  user: Named.nullable(),
});

export const AnsweredActor = z.looseObject({
  __typename: z.string(),
  login: z.string(),
  databaseId: z.number().int().nullish(),
  user: Named.nullish(),
});
/** Null of an account that was deleted. */
export type SnapshotActor = z.infer<typeof AnsweredActor> | null;

/** A kind of report that is new to us: nothing is known of it, so it is waited for. */
const UNKNOWN_CONTEXT = {
  __typename: 'StatusContext' as const,
  context: 'a report of a kind that Gatehouse does not know',
  state: 'PENDING',
  createdAt: '',
};

const KnownContext = z.discriminatedUnion('__typename', [
  z.looseObject({
    __typename: z.literal('CheckRun'),
    // GitHub's `Int` is too small for some.
    databaseId: z.number().int().nullable(),
    name: z.string(),
    status: z.string(),
    conclusion: z.string().nullable(),
    completedAt: z.string().nullable(),
    checkSuite: z.looseObject({
      databaseId: z.number().int().nullable(),
      app: z.looseObject({ databaseId: z.number().int(), slug: z.string() }).nullable(),
    }),
  }),
  z.looseObject({
    __typename: z.literal('StatusContext'),
    context: z.string(),
    state: z.string(),
    createdAt: z.string(),
  }),
]);
const NewContext = z
  .looseObject({
    __typename: z.string().refine(kind => kind !== 'CheckRun' && kind !== 'StatusContext'),
  })
  .transform(() => UNKNOWN_CONTEXT);
const AnsweredContext = z.union([KnownContext, NewContext]);
export type SnapshotContext = z.infer<typeof AnsweredContext>;

const Rollup = z
  .looseObject({ contexts: z.looseObject({ pageInfo: Page, nodes: z.array(AnsweredContext) }) })
  .nullable();

const AnsweredCommit = Oid.extend({
  author: GitIdentity.nullable(),
  committer: GitIdentity.nullable(),
  authors: z.looseObject({ pageInfo: Page, nodes: z.array(GitIdentity) }),
});
export type SnapshotCommit = z.infer<typeof AnsweredCommit>;

export const AnsweredReview = z.looseObject({
  fullDatabaseId: z.coerce.number().int(),
  state: z.string(),
  submittedAt: z.string().nullable(),
  authorCanPushToRepository: z.boolean(),
  commit: Oid.nullable(),
  author: AnsweredActor.nullable(),
});
export type SnapshotReview = z.infer<typeof AnsweredReview>;

const AnsweredPull = z.looseObject({
  id: z.string(),
  title: z.string(),
  state: z.string(),
  merged: z.boolean(),
  isDraft: z.boolean(),
  locked: z.boolean(),
  /** Any other word than these is no answer yet. */
  mergeable: z.enum(['MERGEABLE', 'CONFLICTING', 'UNKNOWN']).catch('UNKNOWN'),
  mergeCommit: Oid.nullable(),
  mergedBy: AnsweredActor.nullable(),
  headRefName: z.string(),
  headRefOid: z.string(),
  headRepository: z.looseObject({ databaseId: z.number().int() }).nullable(),
  baseRefName: z.string(),
  baseRefOid: z.string(),
  baseRef: z
    .looseObject({ target: Oid.extend({ statusCheckRollup: Rollup.optional() }).nullable() })
    .nullable(),
  author: AnsweredActor.nullable(),
  reviewRequests: z.looseObject({
    pageInfo: Page,
    nodes: z.array(
      z.looseObject({
        requestedReviewer: z.looseObject({ databaseId: z.number().int().optional() }).nullable(),
      }),
    ),
  }),
  commits: z.looseObject({
    totalCount: z.number().int(),
    pageInfo: Page,
    nodes: z.array(z.looseObject({ commit: AnsweredCommit })),
  }),
  reviews: z.looseObject({
    pageInfo: z.looseObject({ hasPreviousPage: z.boolean() }),
    nodes: z.array(AnsweredReview),
  }),
  statusCheckRollup: Rollup,
});
export type SnapshotPull = z.infer<typeof AnsweredPull>;

export const SnapshotAnswer = z.looseObject({
  repository: z.looseObject({
    databaseId: z.number().int(),
    isArchived: z.boolean(),
    owner: z.looseObject({ login: z.string() }),
    pullRequest: AnsweredPull,
  }),
});
