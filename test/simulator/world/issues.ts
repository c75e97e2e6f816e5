import type { Pull } from './pulls.ts';

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Reaction {
  readonly id: number;
  readonly userId: number;
  readonly content: string;
  readonly createdAt: string;
}

export interface Comment {
  readonly id: number;
  readonly repositoryId: number;
  readonly issueNumber: number;
  readonly userId: number;
  /** The App that wrote it, when one did. */
  readonly appId: number | null;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  minimized: string | null;
  readonly reactions: Reaction[];
}

export interface Milestone {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly creatorId: number;
  readonly createdAt: string;
}

/** What the page shows between the comments. */
export interface TimelineEntry {
  readonly at: string;
  readonly userId: number;
  readonly text: string;
  /** Where the entry is an event of the API as well. */
  readonly labeled?: { readonly id: number; readonly name: string; readonly added: boolean };
}

export interface Issue {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly userId: number;
  readonly appId: number | null;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'reopened' | 'not_planned' | 'duplicate' | null;
  labels: string[];
  milestone: Milestone | null;
  assignees: number[];
  locked: boolean;
  lockReason: string | null;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedById: number | null;
  readonly comments: Comment[];
  readonly reactions: Reaction[];
  readonly timeline: TimelineEntry[];
  /** By number, in their order. */
  readonly subIssues: number[];
  readonly blockedBy: number[];
  readonly pull: Pull | null;
}
