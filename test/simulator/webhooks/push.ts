import { ZERO } from '../git/branches.ts';
import { runGit } from '../git/command.ts';
import { type CommitInfo, readCommit, readCommits } from '../git/commits.ts';
import { diffFiles } from '../git/diff.ts';
import type { RefChange } from '../git/refs.ts';
import type { GitHub } from '../github.ts';
import type { Json } from '../present/account.ts';
import { simpleCommit } from '../present/commit.ts';
import { pushRepository, repositoryPage } from '../present/repository.ts';
import { type Account, accountByEmail, emailOf } from '../world/accounts.ts';
import type { Repository } from '../world/repositories.ts';
import { emit } from './emit.ts';

/** GitHub lists no more commits than this in one event. */
const MOST_COMMITS = 2048;
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** `push`, and before it `create` or `delete` where the ref is new or gone. */
export async function emitPush(
  github: GitHub,
  repository: Repository,
  change: RefChange,
  pusher: Account,
): Promise<void> {
  const { ref, before, after } = change;
  const name = ref.replace(/^refs\/(heads|tags)\//, '');
  const kind = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  const created = before === ZERO;
  const deleted = after === ZERO;
  if (created) {
    const payload = {
      ref: name,
      ref_type: kind,
      master_branch: repository.defaultBranch,
      description: null,
      pusher_type: 'user',
    };
    emit(github, { event: 'create', repository, sender: pusher, payload });
  }
  if (deleted) {
    const payload = { ref: name, ref_type: kind, pusher_type: 'user' };
    emit(github, { event: 'delete', repository, sender: pusher, payload });
  }
  const commits = deleted || kind === 'tag' ? [] : await newCommits(repository, change);
  const listed = await Promise.all(commits.map(commit => pushCommit(github, repository, commit)));
  const head = deleted ? undefined : await readCommit(repository.directory, after);
  const page = repositoryPage(github, repository);
  emit(github, {
    event: 'push',
    repository,
    sender: pusher,
    payload: {
      ref,
      before,
      after,
      repository: pushRepository(github, repository),
      pusher: { name: pusher.login, email: emailOf(pusher) },
      created,
      deleted,
      forced: !created && !deleted && !(await isAncestor(repository, before, after)),
      base_ref: null,
      compare: created
        ? `${page}/commit/${after.slice(0, 12)}`
        : `${page}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
      commits: listed,
      head_commit: head ? await pushCommit(github, repository, head) : null,
    },
  });
}

/** Oldest first: those which the ref did not have before; of a new branch, those of no other. */
async function newCommits(
  repository: Repository,
  { ref, before, after }: RefChange,
): Promise<CommitInfo[]> {
  const without =
    before === ZERO
      ? ['--not', `--exclude=${ref.replace('refs/heads/', '')}`, '--branches']
      : [`^${before}`];
  return readCommits(repository.directory, [
    '--reverse',
    `--max-count=${MOST_COMMITS}`,
    after,
    ...without,
  ]);
}

async function isAncestor(repository: Repository, before: string, after: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', before, after];
  return (await runGit(repository.directory, args, { accept: [1, 128] })).code === 0;
}

async function pushCommit(
  github: GitHub,
  repository: Repository,
  commit: CommitInfo,
): Promise<Json> {
  const files = await diffFiles(repository.directory, commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const paths = (...wanted: string[]) =>
    files.filter(file => wanted.includes(file.status)).map(file => file.filename);
  const person = ({ name, email }: { name: string; email: string }) => {
    const username = accountByEmail(github, email)?.login;
    return { name, email, ...(username && { username }) };
  };
  return {
    ...simpleCommit(commit),
    distinct: true,
    url: `${repositoryPage(github, repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: paths('added'),
    removed: paths('removed'),
    modified: paths('modified', 'renamed'),
  };
}
