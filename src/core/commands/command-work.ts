/** The kinds of work that commands ask for. */
import type { GraphName } from '../graph/graphs.ts';

/** What taking in the command does; the engine has one handler for each kind. */
export type CommandWork =
  /** Starts a task with this graph; while a task's own pull request is open, asks it for another round. */
  | { kind: 'task'; graph: GraphName }
  /** Answers what waits for approval. */
  | { kind: 'answer'; says: 'approve' | 'deny' | 'revoke' }
  /** Shows what the policy that a pull request changes would do. */
  | { kind: 'examine' }
  | { kind: 'status' }
  | { kind: 'cancel' }
  /** Lets nothing more begin, or lets it begin again. */
  | { kind: 'pause' }
  | { kind: 'resume' }
  /** Frees the task's branch from a process that is stuck. */
  | { kind: 'unlock' }
  /** Has a backlog worked until all of it is merged. */
  | { kind: 'play' }
  /** Tries again what failed, or answers what people are asked. */
  | { kind: 'retry' }
  /** Goes past a review that blocks the work. */
  | { kind: 'override' }
  | { kind: 'help' };
