/** The answer to what an agent asks from inside the sandbox before it does something. */

/** Anything but `allow` means that it does not happen. */
export type ActAnswer = {
  outcome: 'allow' | 'deny' | 'require_approval';
  /** The first policy that determined it; `null` where none did. */
  ruleId: string | null;
  /** For the agent to read, and for people. */
  reason: string;
};

export const denied = (reason: string): ActAnswer => ({ outcome: 'deny', ruleId: null, reason });
