import { join } from 'node:path';
import { branchTip, ZERO } from '../git/branches.ts';
import { git } from '../git/command.ts';
import { type FileChange, writeCommit } from '../git/commits.ts';
import { moveRef } from '../git/refs.ts';
import { createBare, type Source, seed } from '../git/storage.ts';
import type { GitHub } from '../github.ts';
import { simpleUser } from '../present/account.ts';
import { milestoneJson } from '../present/issue.ts';
import { happened } from '../rest/issue-state.ts';
import { emit } from '../webhooks/emit.ts';
import { type Account, accountById, emailOf } from './accounts.ts';
import {
  type BranchProtection,
  findRepository,
  MERGE_TEXTS,
  type Repository,
  withRefLock,
} from './repositories.ts';
import { legacyPermission, type Role } from './roles.ts';

export type NewRepository = Source & {
  readonly owner: Account;
  readonly name: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly defaultBranch?: string;
};

export async function createRepository(
  github: GitHub,
  options: NewRepository,
): Promise<Repository> {
  const repository = emptyRepository(github, options, null);
  await createBare(repository.directory, repository.defaultBranch, join(github.dataDir, 'hooks'));
  const author = { name: options.owner.name ?? options.owner.login, email: emailOf(options.owner) };
  await seed(repository.directory, repository.defaultBranch, options, author, github.now());
  github.world.repositories.set(repository.id, repository);
  return repository;
}

export async function forkRepository(
  github: GitHub,
  parent: Repository,
  owner: Account,
): Promise<Repository> {
  const { name, defaultBranch } = parent;
  const fork = emptyRepository(
    github,
    { owner, name, defaultBranch, private: parent.private },
    parent.id,
  );
  await createBare(fork.directory, defaultBranch, join(github.dataDir, 'hooks'));
  await git(fork.directory, ['fetch', '--quiet', parent.directory, '+refs/heads/*:refs/heads/*']);
  github.world.repositories.set(fork.id, fork);
  return fork;
}

function emptyRepository(
  github: GitHub,
  options: Omit<NewRepository, 'files' | 'from'>,
  forkOf: number | null,
): Repository {
  const { owner, name } = options;
  if (findRepository(github, owner.login, name)) throw new Error(`${owner.login}/${name} exists`);
  github.world.formerNames.delete(`${owner.login}/${name}`.toLowerCase());
  const id = github.nextId();
  const now = github.timestamp();
  return {
    id,
    ownerId: owner.id,
    name,
    description: options.description ?? null,
    private: options.private ?? false,
    archived: false,
    hasIssues: true,
    defaultBranch: options.defaultBranch ?? 'main',
    formerBranches: new Map(),
    mergeMethods: ['merge', 'squash', 'rebase'],
    allowsAutoMerge: false,
    mergeTexts: MERGE_TEXTS,
    mergesHeld: Promise.resolve(),
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
    directory: join(github.dataDir, 'repositories', `${id}.git`),
    forkOf,
    collaborators: new Map(),
    teams: new Map(),
    labels: new Map(),
    milestones: [],
    issues: new Map(),
    goneIssues: new Map(),
    nextNumber: 1,
    protections: new Map(),
    signedPrefix: null,
    checkSuites: [],
    checkRuns: [],
    statuses: [],
    deployments: [],
    workflowRuns: [],
    refLock: Promise.resolve(),
  };
}

export interface NewPush {
  readonly branch: string;
  /** Where a branch that does not exist starts; the default branch unless said. */
  readonly from?: string;
  readonly changes: Readonly<Record<string, string | Buffer | null>>;
  readonly message: string;
  readonly author: Account;
}

/** A commit pushed by a person, protected branch or not: the world as a test wants it. */
export function push(github: GitHub, repository: Repository, options: NewPush): Promise<string> {
  return withRefLock(repository, async () => {
    const tip = await branchTip(repository, options.branch);
    const parent =
      tip ?? (await branchTip(repository, options.from ?? repository.defaultBranch)) ?? null;
    const changes: FileChange[] = Object.entries(options.changes).map(([path, content]) => ({
      path,
      content,
    }));
    const author = {
      name: options.author.name ?? options.author.login,
      email: emailOf(options.author),
    };
    const { message } = options;
    const sha = await writeCommit(repository.directory, {
      parent,
      changes,
      message,
      author,
      date: github.now(),
    });
    const change = { ref: `refs/heads/${options.branch}`, before: tip ?? ZERO, after: sha };
    await moveRef(github, repository, change, options.author);
    return sha;
  });
}

export function setRole(
  github: GitHub,
  repository: Repository,
  member: Account,
  role: Role | null,
): void {
  const had = repository.collaborators.get(member.id);
  if (role === null) repository.collaborators.delete(member.id);
  else repository.collaborators.set(member.id, role);
  const action = role === null ? 'removed' : had ? 'edited' : 'added';
  // `member.edited` tells of old and new rights in a form that nobody here needs.
  if (action === 'edited') return;
  const sender = accountById(github, repository.ownerId);
  const changes = {
    permission: { to: legacyPermission(role ?? undefined) },
    role_name: { to: role },
  };
  const payload = { member: simpleUser(github, member), ...(role !== null && { changes }) };
  emit(github, { event: 'member', action, repository, sender, payload });
}

/** Puts an issue into the milestone of that title, which is made where there is none. */
export async function setMilestone(
  github: GitHub,
  repository: Repository,
  number: number,
  title: string,
): Promise<void> {
  const issue = repository.issues.get(number);
  if (!issue) throw new Error(`no issue ${number}`);
  const known = repository.milestones.find(milestone => milestone.title === title);
  const milestone = known ?? {
    id: github.nextId(),
    number: repository.milestones.length + 1,
    title,
    creatorId: issue.userId,
    createdAt: github.timestamp(),
  };
  if (!known) repository.milestones.push(milestone);
  issue.milestone = milestone;
  await happened(github, repository, issue, 'milestoned', issue.userId, {
    milestone: milestoneJson(github, repository, milestone),
  });
}

export type Protection = Partial<Omit<BranchProtection, 'requiredReviews'>> & {
  readonly requiredReviews?: number;
};

export function protect(
  repository: Repository,
  branch: string,
  protection: Protection | null,
): void {
  if (protection === null) {
    repository.protections.delete(branch);
    return;
  }
  repository.protections.set(branch, {
    ...protection,
    requiredChecks: protection.requiredChecks ?? [],
    requiredReviews: protection.requiredReviews ?? 0,
    dismissStale: protection.dismissStale ?? false,
    strict: protection.strict ?? false,
  });
}
