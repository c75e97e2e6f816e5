import type { GitHub } from '../github.ts';
import { type Account, accountById } from './accounts.ts';
import type { CheckRun, CheckSuite, CommitStatus } from './checks.ts';
import type { Deployment } from './deployments.ts';
import type { Issue, Label, Milestone } from './issues.ts';
import type { MergeMethod } from './pulls.ts';
import type { Role } from './roles.ts';
import type { WorkflowRun } from './workflow-runs.ts';

export interface RequiredCheck {
  readonly context: string;
  /** The only App whose check of that name counts. */
  readonly appId?: number;
}

export interface MergeTexts {
  readonly squashTitle: 'PR_TITLE' | 'COMMIT_OR_PR_TITLE';
  readonly squashMessage: 'PR_BODY' | 'COMMIT_MESSAGES' | 'BLANK';
  readonly mergeTitle: 'PR_TITLE' | 'MERGE_MESSAGE';
  readonly mergeMessage: 'PR_BODY' | 'PR_TITLE' | 'BLANK';
}

/** As a new repository has them. */
export const MERGE_TEXTS: MergeTexts = {
  squashTitle: 'COMMIT_OR_PR_TITLE',
  squashMessage: 'COMMIT_MESSAGES',
  mergeTitle: 'MERGE_MESSAGE',
  mergeMessage: 'PR_TITLE',
};

export interface BranchProtection {
  readonly requiredChecks: readonly RequiredCheck[];
  readonly requiredReviews: number;
  readonly dismissStale: boolean;
  /** The branch must be up to date before merging. */
  readonly strict: boolean;
  /** By a ruleset; all of them where it says nothing. */
  readonly mergeMethods?: readonly MergeMethod[];
  readonly linearHistory?: boolean;
  /** By a ruleset, or by classic protection, which is told to administrators and in GraphQL. */
  readonly signatures?: boolean | 'classic';
  /** Where it is required: classic protection is told to administrators alone. */
  readonly mergeQueue?: 'ruleset' | 'classic';
  /** How it merges; by a merge commit unless given. */
  readonly queueMethod?: MergeMethod;
  readonly conversations?: boolean;
  /** Environments to which the head has to be deployed. */
  readonly requiredDeployments?: readonly string[];
  /** By classic protection: nobody changes it. */
  readonly locked?: boolean;
  /** By classic protection: nobody else changes it. */
  readonly pushers?: readonly number[];
  /** Rulesets do not hold for these accounts. */
  readonly bypass?: readonly number[];
  readonly otherRules?: readonly OtherRule[];
  /** None of it is a ruleset's: administrators are told all of it, others what GraphQL says of the branch. */
  readonly classic?: boolean;
}

/** A rule of a ruleset of which no more is known here than what it says, and whether it is kept. */
export interface OtherRule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What GitHub says of its violation; null where it is kept. */
  readonly violated: string | null;
  /** It is about the commit of the merge, which GitHub judges as it makes it. */
  readonly ofMerge?: (message: string) => boolean;
}

export interface Repository {
  readonly id: number;
  ownerId: number;
  name: string;
  description: string | null;
  private: boolean;
  archived: boolean;
  hasIssues: boolean;
  defaultBranch: string;
  /** Branches that were renamed: what they are called now. */
  readonly formerBranches: Map<string, string>;
  /** By the repository's settings. */
  mergeMethods: readonly MergeMethod[];
  /** People may have GitHub merge once nothing stands in the way. */
  allowsAutoMerge: boolean;
  /** What GitHub writes into a merge's commit where nothing else is asked for. */
  mergeTexts: MergeTexts;
  /** Requests to merge in the background are taken, and wait until this is over. */
  mergesHeld: Promise<void>;
  readonly createdAt: string;
  updatedAt: string;
  pushedAt: string;
  /** The bare repository on disk, named by id so that renames leave it alone. */
  readonly directory: string;
  readonly forkOf: number | null;
  readonly collaborators: Map<number, Role>;
  readonly teams: Map<number, Role>;
  readonly labels: Map<string, Label>;
  readonly milestones: Milestone[];
  readonly issues: Map<number, Issue>;
  /** Issues that were transferred, with where each is now, or deleted: null. */
  readonly goneIssues: Map<number, { readonly repository: number; readonly number: number } | null>;
  nextNumber: number;
  readonly protections: Map<string, BranchProtection>;
  /** A ruleset wants signed commits on every branch whose name begins like this. */
  signedPrefix: string | null;
  readonly checkSuites: CheckSuite[];
  readonly checkRuns: CheckRun[];
  readonly statuses: CommitStatus[];
  readonly deployments: Deployment[];
  readonly workflowRuns: WorkflowRun[];
  /** Writers of refs queue here: a push and a merge must not interleave. */
  refLock: Promise<unknown>;
}

export function ownerOf(github: GitHub, repository: Repository): Account {
  return accountById(github, repository.ownerId);
}

export function fullName(github: GitHub, repository: Repository): string {
  return `${ownerOf(github, repository).login}/${repository.name}`;
}

export function findRepository(
  github: GitHub,
  owner: string,
  name: string,
): Repository | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  for (const repository of github.world.repositories.values()) {
    if (fullName(github, repository).toLowerCase() === wanted) return repository;
  }
  return undefined;
}

export function repositoryById(github: GitHub, id: number): Repository {
  const repository = github.world.repositories.get(id);
  if (!repository) throw new Error(`no repository ${id}`);
  return repository;
}

/** Runs the work alone among those that move refs of this repository. */
export function withRefLock<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
  const result = repository.refLock.then(work);
  repository.refLock = result.catch(() => undefined);
  return result;
}
