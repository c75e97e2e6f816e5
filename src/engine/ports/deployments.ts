/** Deployments of a repository, as the engine reads and starts them. */
import type { Repository } from '../../core/actor.ts';
import type { DeploymentSeen } from '../../core/task/decide/command.ts';
import type { Deployed } from '../../core/task/state/deployment.ts';

export type DeploymentFacts = {
  /** What others report on a commit, by name. */
  checksOf(repository: Repository, sha: string): Promise<{ failing: string[]; pending: string[] }>;
  /** How far a deployment is. */
  deployment(
    repository: Repository,
    one: Pick<Deployed, 'deployment' | 'workflowRun' | 'commit'>,
  ): Promise<DeploymentSeen>;
  /** Whether the run of a workflow began because this App deployed something. */
  isRunOfOurs(repository: Repository, workflowRun: number): Promise<boolean>;
  /** How far what somebody deployed of a commit to an environment is, the last of it; null: nobody did. */
  preview(
    repository: Repository,
    of: { commit: string; environment: string },
  ): Promise<DeploymentSeen | null>;
};

/** What is deployed where. `workflow`: null where a GitHub deployment is created. */
export type DeploymentOrder = {
  key: string;
  environment: string;
  commit: string;
  workflow: string | null;
  inputs: Record<string, string>;
  /** Whether the inputs say which commit it is. */
  namesCommit: boolean;
  /** The branch that the workflow is dispatched on. */
  branch: string;
  /** Asked right before the request that does it, and never twice; throws where it is too late. */
  fresh: () => Promise<void>;
};

/** A workflow that was dispatched, while nobody knows which run that became. */
export type LostOrder = Pick<DeploymentOrder, 'key' | 'commit' | 'namesCommit' | 'branch'> & {
  workflow: string;
  /** When it was dispatched, ISO 8601. */
  at: string;
  /** What the log knows of other deployments; asked after GitHub was. */
  others: () => Promise<OtherDeployments>;
};

export type OtherDeployments = {
  /** The runs of workflows that are theirs. */
  runs: ReadonlySet<number>;
  /** Workflows that were dispatched for them, while nobody knows which runs those became. */
  orders: readonly Omit<LostOrder, 'key' | 'others'>[];
};

export type DeploymentBegun = {
  outcome: 'started';
  deployment: number | null;
  workflowRun: number | null;
  link: string | null;
};

export type DeploymentWrites = {
  /**
   * Starts the repository's own deployment; says in GitHub's words why not. `unnamed`: a workflow was
   * dispatched, and GitHub did not say which run that became. A deployment is created once for each key; a
   * workflow is dispatched whenever this is called.
   */
  deploy(
    repository: Repository,
    order: DeploymentOrder,
  ): Promise<DeploymentBegun | { outcome: 'refused'; reason: string } | { outcome: 'unnamed' }>;
  /** Which run a dispatch became; where that can't be told, what a person should look at, in a sentence. */
  dispatched(
    repository: Repository,
    order: LostOrder,
  ): Promise<DeploymentBegun | { outcome: 'unknown'; reason: string }>;
  /** Says whether a deployment may go ahead; null, or in GitHub's words why it can't be said. */
  answerGate(repository: Repository, answer: GateAnswer): Promise<string | null>;
};

export type GateAnswer = {
  workflowRun: number;
  environment: string;
  state: 'approved' | 'rejected';
  /** Why, for people. */
  comment: string;
  /** Whether this answer was tried before, and nobody knows what came of that. */
  triedBefore: boolean;
  /** Asked right before the request that does it; throws where it is too late. */
  fresh: () => Promise<void>;
};
