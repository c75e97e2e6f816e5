import { randomUUID } from 'node:crypto';
import { git } from './command.ts';
import { remember } from './memory.ts';

export interface Identity {
  readonly name: string;
  readonly email: string;
}

export interface FileChange {
  readonly path: string;
  /** `null` deletes the file. */
  readonly content: string | Buffer | null;
  readonly mode?: '100644' | '100755' | '120000';
}

export interface NewCommit {
  readonly parent: string | null;
  readonly changes: readonly FileChange[];
  readonly message: string;
  readonly author: Identity;
  readonly committer?: Identity;
  readonly date: Date;
}

/** Makes a commit object in a bare repository; no branch moves. */
export async function writeCommit(directory: string, commit: NewCommit): Promise<string> {
  const when = `${Math.floor(commit.date.getTime() / 1000)} +0000`;
  const committer = commit.committer ?? commit.author;
  const scratch = `refs/scratch/${randomUUID()}`;
  const parts: (string | Buffer)[] = [
    `commit ${scratch}\n`,
    'mark :1\n',
    `author ${commit.author.name} <${commit.author.email}> ${when}\n`,
    `committer ${committer.name} <${committer.email}> ${when}\n`,
    ...data(commit.message),
  ];
  if (commit.parent) parts.push(`from ${commit.parent}\n`);
  for (const { path, content, mode } of commit.changes) {
    const quoted = `"${path.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
    if (content === null) parts.push(`D ${quoted}\n`);
    else parts.push(`M ${mode ?? '100644'} inline ${quoted}\n`, ...data(content));
  }
  // The ref that git wants for a commit goes again, and its name is printed.
  parts.push(`reset ${scratch}\nfrom ${'0'.repeat(40)}\n\n`, 'get-mark :1\n', 'done\n');
  const input = Buffer.concat(parts.map(part => Buffer.from(part as string)));
  return git(directory, ['fast-import', '--quiet', '--done', '--force'], { input });
}

function data(content: string | Buffer): (string | Buffer)[] {
  const bytes = Buffer.from(content as string);
  return [`data ${bytes.length}\n`, bytes, '\n'];
}

export interface CommitInfo {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Identity & { readonly date: string };
  readonly committer: Identity & { readonly date: string };
  readonly message: string;
}

const FORMAT = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00');

/** Reads commits; `args` are what follows `git log`. */
export async function readCommits(
  directory: string,
  args: readonly string[],
): Promise<CommitInfo[]> {
  const output = await git(directory, ['log', `--format=${FORMAT}%x00%x01`, ...args]);
  return output
    .split('\0\x01')
    .map(record => record.replace(/^\n/, ''))
    .filter(record => record !== '')
    .map(record => {
      const [sha, tree, parents, an, ae, ad, cn, ce, cd, message] = record.split('\0');
      return {
        sha: sha ?? '',
        tree: tree ?? '',
        parents: parents ? parents.split(' ') : [],
        author: { name: an ?? '', email: ae ?? '', date: utc(ad) },
        committer: { name: cn ?? '', email: ce ?? '', date: utc(cd) },
        message: (message ?? '').replace(/\n+$/, ''),
      };
    });
}

const commits = new Map<string, Promise<CommitInfo>>();

export function readCommit(directory: string, sha: string): Promise<CommitInfo> {
  return remember(commits, `${directory} ${sha}`, async () => {
    const [commit] = await readCommits(directory, ['-1', sha]);
    if (!commit) throw new Error(`no commit ${sha}`);
    return commit;
  });
}

const between = new Map<string, Promise<CommitInfo[]>>();

/** What `head` has that `base` has not, the oldest first. */
export function commitsBetween(
  directory: string,
  base: string,
  head: string,
): Promise<CommitInfo[]> {
  const range = `${base}..${head}`;
  return remember(between, `${directory} ${range}`, () =>
    readCommits(directory, ['--reverse', range]),
  );
}

function utc(date: string | undefined): string {
  return `${new Date(date ?? 0).toISOString().slice(0, 19)}Z`;
}
