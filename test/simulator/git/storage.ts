import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, runGit } from './command.ts';
import { type Identity, writeCommit } from './commits.ts';

/** Where the first commits come from: contents, a folder, or another git repository. */
export type Source =
  | { readonly files: Readonly<Record<string, string | Buffer>> }
  | { readonly from: string };

const CONFIG = `[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[receive]
\tautogc = false
\thideRefs = refs/pull
\thideRefs = refs/scratch
[uploadpack]
\thideRefs = refs/scratch
[gc]
\tauto = 0
`;

export async function createBare(directory: string, branch: string, hooks: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await git(directory, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${branch}`]);
  await appendFile(join(directory, 'config'), `${CONFIG}[core]\n\thooksPath = ${hooks}\n`);
}

/** Fills an empty bare repository and gives it its first branch. */
export async function seed(
  directory: string,
  branch: string,
  source: Source,
  author: Identity,
  date: Date,
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  if ('files' in source) {
    // A new repository of GitHub's has no commit until somebody pushes one.
    if (Object.keys(source.files).length === 0) return;
    const changes = Object.entries(source.files).map(([path, content]) => ({ path, content }));
    const sha = await writeCommit(directory, {
      parent: null,
      changes,
      message: 'Initial commit',
      author,
      date,
    });
    await git(directory, ['update-ref', ref, sha]);
    return;
  }
  if (await isRepository(source.from)) {
    await git(directory, [
      'fetch',
      '--quiet',
      source.from,
      '+refs/heads/*:refs/heads/*',
      '+refs/tags/*:refs/tags/*',
    ]);
    return;
  }
  await importFolder(directory, ref, source.from, author, date);
}

async function isRepository(from: string): Promise<boolean> {
  if (!existsSync(from)) return true;
  if (existsSync(join(from, '.git'))) return true;
  const bare = await runGit(from, ['rev-parse', '--is-bare-repository'], { accept: [128] });
  return bare.stdout.toString().trim() === 'true' && existsSync(join(from, 'objects'));
}

/** Through git's own index, so that modes and links come out as a person's commit would have them. */
async function importFolder(
  directory: string,
  ref: string,
  folder: string,
  author: Identity,
  date: Date,
) {
  const scratch = await mkdtemp(join(tmpdir(), 'import-'));
  const env = {
    GIT_INDEX_FILE: join(scratch, 'index'),
    GIT_DIR: directory,
    GIT_WORK_TREE: folder,
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_AUTHOR_DATE: date.toISOString(),
    GIT_COMMITTER_DATE: date.toISOString(),
  };
  try {
    await git(folder, ['add', '--all', '--force', '.'], { env });
    const tree = await git(folder, ['write-tree'], { env });
    const sha = await git(folder, ['commit-tree', tree, '-m', 'Initial commit'], { env });
    await git(directory, ['update-ref', ref, sha]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Runs inside git's quarantine: what it refuses never becomes part of the repository. */
const PRE_RECEIVE = `#!/bin/sh
status=0
zero=0000000000000000000000000000000000000000
while read -r old new ref; do
  case " $PROTECTED_REFS " in
    *" $ref "*)
      echo "error: GH006: Protected branch update failed for $ref." >&2
      echo "error: Changes must be made through a pull request." >&2
      status=1 ;;
  esac
  case "$ref" in
    refs/heads/*|refs/tags/*) ;;
    *) echo "error: deny updating a hidden ref: $ref" >&2; status=1 ;;
  esac
  [ "$new" = "$zero" ] && continue
  case "$ref" in
    "\${SIGNED_PREFIX:-none}"*)
      if [ -n "$(git rev-list "$new" --not --all | head -n 1)" ]; then
        echo "error: GH013: Repository rule violations found for $ref." >&2
        echo "- Commits must have verified signatures." >&2
        status=1
      fi ;;
  esac
  if [ "$MAY_CHANGE_WORKFLOWS" != 1 ]; then
    file=$(git log --format= --name-only -m "$new" --not --all -- .github/workflows | head -n 1)
    if [ -n "$file" ]; then
      echo "refusing to allow $PUSHER_KIND to create or update workflow \\\`$file\\\` without \\\`workflows\\\` permission" >&2
      status=1
    fi
  fi
  if git log -p --format= "$new" --not --all | grep -qE '^\\+.*(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60}|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----|sk_live_[A-Za-z0-9]{24}|AIza[A-Za-z0-9_-]{35})'; then
    echo "error: GH013: Repository rule violations found for $ref." >&2
    echo "" >&2
    echo "- GITHUB PUSH PROTECTION" >&2
    echo "  Push cannot contain secrets" >&2
    status=1
  fi
done
exit $status
`;

export async function installHooks(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'pre-receive');
  await writeFile(file, PRE_RECEIVE);
  await chmod(file, 0o755);
}
