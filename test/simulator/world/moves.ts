import { branchTip, ZERO } from '../git/branches.ts';
import { git } from '../git/command.ts';
import type { GitHub } from '../github.ts';
import { simpleOrganization, simpleUser } from '../present/account.ts';
import { issueJson } from '../present/issue.ts';
import { fullRepository } from '../present/repository.ts';
import { emit } from '../webhooks/emit.ts';
import { type Account, accountById } from './accounts.ts';
import { isPullRequest } from './pulls.ts';
import { findRepository, fullName, ownerOf, type Repository } from './repositories.ts';

/** The repository that had this name before, unless another one has it now. */
export function movedRepository(
  github: GitHub,
  owner: string,
  name: string,
): Repository | undefined {
  if (findRepository(github, owner, name)) return undefined;
  const id = github.world.formerNames.get(`${owner}/${name}`.toLowerCase());
  return id === undefined ? undefined : github.world.repositories.get(id);
}

export function renameRepository(github: GitHub, repository: Repository, name: string): void {
  const owner = ownerOf(github, repository);
  if (findRepository(github, owner.login, name)) throw new Error(`${owner.login}/${name} exists`);
  leaveName(github, repository);
  const from = repository.name;
  repository.name = name;
  changed(github, repository, 'renamed', { repository: { name: { from } } });
}

export function archiveRepository(github: GitHub, repository: Repository, archived: boolean): void {
  repository.archived = archived;
  changed(github, repository, archived ? 'archived' : 'unarchived', null);
}

/** Only the new owner's installations hear of it. */
export function transferRepository(github: GitHub, repository: Repository, to: Account): void {
  leaveName(github, repository);
  const owner = ownerOf(github, repository);
  repository.ownerId = to.id;
  const from =
    owner.type === 'Organization'
      ? { organization: simpleOrganization(github, owner) }
      : { user: simpleUser(github, owner) };
  changed(github, repository, 'transferred', { owner: { from } });
}

/** Its pull requests in other repositories stay, and nothing leads to it any more. */
export function deleteRepository(github: GitHub, repository: Repository): void {
  github.world.repositories.delete(repository.id);
  for (const [name, id] of github.world.formerNames)
    if (id === repository.id) github.world.formerNames.delete(name);
}

/** Its labels and milestone stay behind; what leads to its old number leads to the new one. */
export function transferIssue(
  github: GitHub,
  from: Repository,
  number: number,
  into: Repository,
): number {
  const issue = from.issues.get(number);
  if (!issue || issue.pull) throw new Error(`no issue ${number}`);
  const sender = accountById(github, from.ownerId);
  const there = {
    ...issue,
    repositoryId: into.id,
    number: into.nextNumber++,
    labels: [],
    milestone: null,
  };
  into.issues.set(there.number, there);
  const changes = {
    new_issue: issueJson(github, into, there),
    // Here GitHub's description has a name in place of the organization.
    new_repository: { ...fullRepository(github, into), organization: undefined },
  };
  const payload = { issue: issueJson(github, from, issue), changes };
  emit(github, { event: 'issues', action: 'transferred', repository: from, sender, payload });
  from.issues.delete(number);
  from.goneIssues.set(number, { repository: into.id, number: there.number });
  return there.number;
}

/** Nobody hears of it here: GitHub's description of that event is not among those spoken. */
export function deleteIssue(repository: Repository, number: number): void {
  repository.issues.delete(number);
  repository.goneIssues.set(number, null);
}

/** A person or an organization under another name; their repositories are still found by the old one. */
export function renameAccount(github: GitHub, account: Account, login: string): void {
  for (const repository of github.world.repositories.values())
    if (repository.ownerId === account.id) leaveName(github, repository);
  account.login = login;
}

/** Pull requests into the branch follow it; those from it are closed, which nothing here needs. */
export async function renameBranch(
  github: GitHub,
  repository: Repository,
  from: string,
  to: string,
): Promise<void> {
  const tip = await branchTip(repository, from);
  if (!tip) throw new Error(`no branch ${from}`);
  await git(repository.directory, ['update-ref', `refs/heads/${to}`, tip, ZERO]);
  await git(repository.directory, ['update-ref', '-d', `refs/heads/${from}`, tip]);
  repository.formerBranches.set(from, to);
  const protection = repository.protections.get(from);
  if (protection) repository.protections.set(to, protection);
  repository.protections.delete(from);
  for (const issue of repository.issues.values())
    if (isPullRequest(issue) && issue.state === 'open' && issue.pull.baseRef === from)
      issue.pull.baseRef = to;
  if (repository.defaultBranch === from) await setDefaultBranch(github, repository, to);
}

export async function setDefaultBranch(
  github: GitHub,
  repository: Repository,
  branch: string,
): Promise<void> {
  const from = repository.defaultBranch;
  repository.defaultBranch = branch;
  await git(repository.directory, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  changed(github, repository, 'edited', { default_branch: { from } });
}

const leaveName = (github: GitHub, repository: Repository): void =>
  void github.world.formerNames.set(fullName(github, repository).toLowerCase(), repository.id);

function changed(
  github: GitHub,
  repository: Repository,
  action: string,
  changes: object | null,
): void {
  const sender = accountById(github, repository.ownerId);
  emit(github, {
    event: 'repository',
    action,
    repository,
    sender,
    payload: changes ? { changes } : {},
  });
}
