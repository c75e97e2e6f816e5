/** How far a deployment is, and what was seen where it is: what a task's state keeps of them. */
import type { CriterionResult } from '../events/deploy-events.ts';

export type Deployed = {
  run: string;
  environment: string;
  commit: string;
  deployment: number | null;
  workflowRun: number | null;
  /** The workflow's run that GitHub asked about for it; null: about none. */
  gate: number | null;
  link: string | null;
  /** Where it is reached; null until it is there. */
  address: string | null;
  startedAt: string;
  /** How often it was looked at. */
  looks: number;
  state: 'waiting' | 'success';
};

/** A workflow that GitHub was asked to run, while nobody knows which run that became. */
export type OrderedDeployment = {
  run: string;
  workflow: string;
  branch: string;
  commit: string;
  at: string;
};

export type Accepted = {
  run: string;
  address: string | null;
  results: CriterionResult[];
  /** Since when there has been an address to look at; null: there is none yet. */
  since: string | null;
  looks: number;
};

/** What GitHub tells of a deployment, or of a workflow's run. */
export type DeploymentNews = {
  deployment: number | null;
  workflowRun: number | null;
  commit: string;
  environment: string | null;
};

/** What GitHub asks before a job of this run deploys to an environment. */
export type Gated = { workflowRun: number; environment: string; commit: string };
