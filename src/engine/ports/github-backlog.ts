/** What backlogs are made of on GitHub, and where they are shown there. */
import type { Repository } from '../../core/actor.ts';
import type { BacklogView } from '../../core/backlog/view.ts';

type Shown = {
  number: number;
  title: string;
  isOpen: boolean;
  /** The repository that it is in, owner/name, where that is another one. */
  elsewhere: string | null;
};

/** An issue that a backlog may be made of. `blockedBy`: of an open one of this repository. */
export type RelatedIssue = Shown & { blockedBy: Shown[] };

export type BacklogFacts = {
  /** The issues right below an issue, about `most` of them. */
  subIssues(repository: Repository, number: number, most: number): Promise<RelatedIssue[]>;
  /** The issues in a milestone, about `most` of them; null where none has this title. */
  milestone(repository: Repository, title: string, most: number): Promise<RelatedIssue[] | null>;
};

/**
 * What the comment showed when it was written last. `doubted`: a write after it failed, and may have been
 * done. `nothing`: it was never written; null: that is not known.
 */
export type ShownBacklog = { id: number; digest: string; doubted: boolean } | 'nothing' | null;

export type BacklogWrites = {
  /** The issue of a backlog that was submitted, once for each key. */
  openTracking(
    repository: Repository,
    backlog: { title: string; items: number; key: string },
  ): Promise<{ number: number }>;
  /** The comment on the tracking issue: it is written where it differs from what stands. */
  showBacklog(
    repository: Repository,
    view: BacklogView,
    last: ShownBacklog,
  ): Promise<{ id: number; digest: string }>;
};
