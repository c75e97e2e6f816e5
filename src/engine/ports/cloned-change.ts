/** What a head adds to a base in a clone on this machine, and the files of that base. */
import type { Change } from '../../core/change.ts';
import type { CommitMessage, FolderEntry } from './workspace.ts';

type NamedCommit = { name: string; commit: string };

export type ClonedChange = AsyncDisposable & {
  /** `owner/name`, by the address of its remote; `null` where that has none. */
  repository: string | null;
  /** `branch`: the branch that it is, or the default one where it is none. */
  base: NamedCommit & { branch: string; isDefault: boolean };
  head: NamedCommit;
  /** From the commit where the two parted. */
  change: Change;
  /** `null`: more than is read. */
  messages: CommitMessage[] | null;
  files: {
    list(folder: string): Promise<FolderEntry[]>;
    /** The first `most` bytes of a regular file; `null` where it is none. */
    read(path: string, most: number): Promise<Buffer | null>;
  };
};
