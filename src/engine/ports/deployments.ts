/** Deployments of a repository, as the engine reads and starts them. */
import type { Repository } from '../../core/actor.ts';
import type { DeploymentSeen } from '../../core/task/command.ts';
import type { Deployed } from '../../core/task/deployment.ts';

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
  /** Since when earlier tries may have begun it, ISO 8601; null: nobody can have tried before. */
  triedSince: string | null;
  /** The runs of workflows that the log says belong to other deployments. */
  runsOfOthers: () => Promise<ReadonlySet<number>>;
  /** Asked right before the request that does it; throws where it is too late. */
  fresh: () => Promise<void>;
};

export type DeploymentWrites = {
  /** Starts the repository's own deployment, once for each key; says in GitHub's words why not. */
  deploy(
    repository: Repository,
    order: DeploymentOrder,
  ): Promise<
    | {
        outcome: 'started';
        deployment: number | null;
        workflowRun: number | null;
        link: string | null;
      }
    | { outcome: 'refused'; reason: string }
  >;
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
