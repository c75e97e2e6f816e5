/** The calls of each project by their keys, so that one that is repeated makes nothing new. */

type CallName = { project: string; key: string };

/** `other`: the key was used for another request. `task`: what came of it; null: nothing yet. */
type CallBegun = { is: 'new' } | { is: 'same'; task: string | null } | { is: 'other' };

export type KnownCalls = {
  /** `digest`: of what it asks for. */
  begin(call: CallName, digest: string): Promise<CallBegun>;
  /** Something came of it: the same call is from now on answered with this task. */
  settle(call: CallName, task: string): Promise<void>;
  /** Nothing came of it: its key may be used for another one. */
  forget(call: CallName): Promise<void>;
  /** Whether a call of the project started or resumed the task. */
  isOf(task: string, project: string): Promise<boolean>;
};
