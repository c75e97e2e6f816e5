/** Workspaces: the ephemeral checkout of one run; its git directory stays outside, with us. */
import type { Repository } from '../../core/actor.ts';
import type { Change } from '../../core/change.ts';
import type { Digest } from '../../core/decision.ts';
import type { NewEntries, PushOutcome } from './signed-commit.ts';

/** How the sandbox gets the work tree at `/work`. */
export type WorkTree =
  /** A plain folder, bound read-write. */
  | { kind: 'folder'; path: string }
  /** Overlay on read-only layers (`lower`, topmost first), mounted in the sandbox's own namespace. */
  | { kind: 'overlay'; lower: string[]; upper: string; work: string };

/** The host folder of a work tree that the sandbox writes to. */
export const writableFolder = (tree: WorkTree) => (tree.kind === 'folder' ? tree.path : tree.upper);

/** What `prepare` left in the work tree, files and folders, given to others; `paths`: the first of it. */
export type Prepared = { key: string; paths: string[] };

/**
 * An install command, the folder below the work tree that it runs in, and who shares what it leaves:
 * nobody else is given that.
 */
export type Install = { argv: string[]; directory: string; share: string };

/** What a fetch that takes long says of itself; `progress` is git's own line. */
export type FetchProgress = { part: 'history' | 'files'; progress: string };

/** Where to fetch from, and the token for it, which is asked only when something has to be fetched. */
export type Remote = {
  url: string;
  token: () => Promise<string>;
  /** What GitHub says of the repository's size with its history; missing where nobody knows. */
  kilobytes?: number;
  onProgress?: (progress: FetchProgress) => void;
  /** Ends what is fetched from it or pushed to it, and the call fails. */
  signal?: AbortSignal;
};

/** Work that was done in a task, and the works, by their names, that it contains. */
export type NamedWork = { name: string; tree: string; pack: Buffer; contains: string[] };

/** Works that are put together, by their names, and all that they contain, the oldest first. */
export type JoinWorks = { works: NamedWork[]; join: string[] };

/** A file in which two works, by their names, can't be put together. */
export type WorkConflict = { path: string; between: [string, string] };

export type OpenWorkspace = {
  run: string;
  repository: Repository;
  remote: Remote;
  /** The commit the work stands on. */
  parent: string;
  /**
   * A commit that `parent` is merged into, or `null`. Where no tree is given, that merge is checked
   * out, with marks in the files where the two conflict; work in which marks are left is refused.
   */
  mergesInto: string | null;
  /**
   * Works that are put together on the parent, or `null`. Where no tree is given, they are checked out
   * joined, with marks in the files where they conflict; work in which marks are left is refused.
   */
  joins: JoinWorks | null;
  /** The tree to check out where it is not the parent's own, with the pack that holds it. */
  tree: { sha: string; pack: Buffer } | null;
  prepared: Prepared | null;
  /** What the run's agent kept before, as `keepHome` gave it; `null`: it begins anew. */
  home: Buffer | null;
};

export type Workspace = {
  workTree: WorkTree;
  /** Read-only binds that belong to it (prepared folders): host path → path in the sandbox. */
  binds: { from: string; to: string }[];
  /** Folders of other repositories, whose contents are not there. */
  submodules: readonly string[];
  /**
   * Reads what the sandbox left, with trusted git under an empty environment, after every process
   * of the sandbox is dead. `null` where nothing changed. Throws `WorkspaceRefused` where the tree
   * can't be taken (nested repository, device, over quota).
   */
  collect(): Promise<CollectedWork | null>;
  /** A folder for what the run's agent keeps of itself. */
  home: string;
  /** What stands there, once every process of the sandbox is dead; `null`: nothing. */
  keepHome(): Promise<Buffer | null>;
  /** Keeps whatever is untracked as the result of `prepare` under this key. */
  keepPrepared(key: string): Promise<Prepared>;
  /** Removes it; never throws. */
  close(): Promise<void>;
};

export type CollectedWork = {
  change: Change;
  /** `git diff --binary` against the parent, for people. */
  diff: Buffer;
  /** A thin pack with the tree's new objects: opens the tree again on any machine. */
  pack: Buffer;
};

export type Commit = {
  repository: Repository;
  remote: Remote;
  /** In the commit's own order; the first is the commit that it follows on its branch. */
  parents: [string, ...string[]];
  tree: { sha: string; pack: Buffer };
  message: string;
  author: { name: string; email: string };
  /** ISO 8601; fixed by the effect, so that the same effect always makes the same commit. */
  at: string;
};

export type FolderEntry = {
  name: string;
  /** `other`: what no tree of git can have, such as a device on disk. */
  kind: 'file' | 'link' | 'folder' | 'submodule' | 'other';
};

/** The older head, the tree that was pushed, and the tree of the merge; null where it conflicts. */
export type Remerged = { from: string; tree: string; recomputed: string | null };

/** A commit and its whole message, whoever wrote it. */
export type CommitMessage = { commit: string; message: string };

/** A commit whose message names the task that made it. */
export type TaskCommit = { commit: string; task: string };

export type Workspaces = {
  open(spec: OpenWorkspace): Promise<Workspace>;
  /** Puts works together by a three-way merge of their trees, unless they conflict. */
  join(
    source: Pick<OpenWorkspace, 'repository' | 'remote' | 'parent' | 'mergesInto'>,
    joins: JoinWorks,
  ): Promise<CollectedWork | { conflicts: WorkConflict[] }>;
  /**
   * A regular file at a commit, for detection and configuration: `null` where there is none. Of a
   * larger file only the first `most` bytes, where that is given.
   */
  readFile(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    commit: string,
    path: string,
    most?: number,
  ): Promise<Buffer | null>;
  /** What is in a folder at a commit, `''` being the root; nothing where there is no such folder. */
  listFolder(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    commit: string,
    folder: string,
  ): Promise<FolderEntry[]>;
  /**
   * Paths of the regular files anywhere at a commit whose names match (`core/paths/file-name.ts`), in
   * git's order; the first of them where there are very many.
   */
  findFiles(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    commit: string,
    names: readonly string[],
  ): Promise<string[]>;
  /**
   * The paths that a commit made by anyone changes against a base, of which no content is read; `null`
   * where they are more than a change may have.
   */
  changedPaths(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    base: string,
    head: string,
  ): Promise<string[] | null>;
  /** What a commit made by anyone changes against a base: judged like an agent's. */
  compare(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    base: string,
    head: string,
  ): Promise<Change>;
  /** The same as git prints it, for people: without what is binary, and no more than `most` bytes of it. */
  diff(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    base: string,
    head: string,
    most: number,
  ): Promise<Buffer>;
  /** Where `head` merges `base` into an older head: that merge done anew. */
  remerge(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    base: string,
    head: string,
  ): Promise<Remerged | null>;
  /** The files in which two commits conflict when they are merged. */
  conflicts(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    base: string,
    head: string,
  ): Promise<string[]>;
  /**
   * The commits that `head` has and `base` does not, newest first; `null` where their messages are more
   * than is read.
   */
  messages(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    base: string,
    head: string,
  ): Promise<CommitMessage[] | null>;
  /** The commits that tasks made, of those that `head` has and `base` does not, newest first. */
  taskCommits(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    base: string,
    head: string,
  ): Promise<TaskCommit[]>;
  /** Makes the commit and pushes it with `--force-with-lease=branch:expected`. */
  push(
    commit: Commit,
    branch: string,
    /** The sha the branch must have now; `null`: it must not exist (or be this very commit). */
    expected: string | null,
  ): Promise<
    | PushOutcome
    /** A rule of the branch wants signed commits. */
    | { outcome: 'unsigned' }
  >;
  /** What GitHub has to be told to make the tree of this commit itself. */
  newEntries(commit: Commit): Promise<NewEntries>;
  /** A finished `prepare` under this key (the lockfiles' digest), or `null`. */
  prepared(repository: Repository, key: string): Promise<Prepared | null>;
  /** The key for `prepare` at a commit: digest of lockfiles, manifest, the install command and who shares it. */
  prepareKey(
    source: Pick<OpenWorkspace, 'repository' | 'remote'>,
    commit: string,
    install: Install,
  ): Promise<Digest>;
  /** The runs whose workspaces are on this machine: open ones, and what dead ones left. */
  runs(): Promise<string[]>;
  /** Removes what these runs left, and shared folders that no run uses any more. */
  reap(runs: string[]): Promise<Reaped>;
};

export type Reaped = {
  /** How many runs' folders were removed. */
  runs: number;
  /** Why a folder can't be removed: told once, and then tried again at each reaping. */
  stuck: string[];
};

/** The remote, or the way to it, is away: what was asked of it is asked again later. */
export class RemoteAway extends Error {
  override readonly name = 'RemoteAway';
}

/** Too little space is left on a disk of this machine: what was asked for can be done once there is. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';
}

export class WorkspaceRefused extends Error {
  override readonly name = 'WorkspaceRefused';
}
