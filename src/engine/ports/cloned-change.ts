/** What a head adds to a base in a clone on this machine, and the rules of that base. */
import type { Change } from '../../core/change.ts';
import type { RuleSource } from '../policies/rule-files.ts';
import type { CommitMessage } from './workspace.ts';

type NamedCommit = { name: string; commit: string };

export type ClonedChange = {
  base: NamedCommit;
  head: NamedCommit;
  /** From the commit where the two parted. */
  change: Change;
  /** `null`: more than is read. */
  messages: CommitMessage[] | null;
  rules: RuleSource;
};
