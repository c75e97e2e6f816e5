/** Who approved, as far as GitHub knows it: what is asked, and the answer. */
import type { Person } from '../../core/actor.ts';
import type { ApprovalFacts } from '../../core/approvals/facts.ts';

/** What is waited for, and what people said of it by command or button. */
export type ApprovalQuery = {
  /** The pull request, or the issue where there is none yet. */
  pull: number | null;
  issue: number | null;
  requesters: Person[];
  /** People who pushed to the branch besides us. */
  pushers: Person[];
  answers: {
    id: string;
    by: Person;
    says: 'approve' | 'deny' | 'revoke';
    request: string | null;
    question: string | null;
    at: string;
    revoked: string | null;
    via: 'issue_comment' | 'review_comment' | 'review' | 'button' | 'console';
    comment: number | null;
    /** Digest of the text as it was when it was said. */
    text: string | null;
  }[];
  /** Slugs of the teams whose members have to be known. */
  teams: string[];
};

/** What the engine adds stands in git and with us, not on GitHub. */
export type GitHubApproval = Omit<
  ApprovalFacts,
  'codeowners' | 'paths' | 'updateMerges' | 'checksChangedAt'
>;
