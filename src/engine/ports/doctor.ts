/** The doctor: it checks the machine, the settings and the App, and says what to fix. */

export type Check = { name: string; ok: boolean; detail: string; remediation: string | null };

export type CheckFault = { problem: string; remediation: string };

/** One agent on this machine. */
export type AgentCheck = {
  adapter: string;
  /** `ready`: it has its CLI and a credential. `unused`: it lacks one of them. `broken`: what is there does not work. */
  state: 'ready' | 'unused' | 'broken';
  /** Whether its CLI is there, be it as it may; what comes with Gatehouse always is. */
  installed: boolean;
  /** Of its CLI; `null`: none is there, or it does not start, or it comes with Gatehouse. */
  version: string | null;
  /** `null`: it comes with Gatehouse. */
  pinned: string | null;
  oldest: string | null;
  /** The providers that it can call, with the name of each credential. */
  credentials: string[];
  /** How its model answered; `null`: it was not asked. */
  call: string | null;
  problem: string | null;
  /** The command or setting that fixes it. */
  remediation: string | null;
};

export type AgentsChecked = {
  ok: boolean;
  mode: 'real' | 'simulated';
  agents: AgentCheck[];
  /** The roles that no agent is ready for. */
  roles: { role: string; problem: string; remediation: string }[];
  /** What works, and may not be as it is meant. */
  warnings: { problem: string; remediation: string }[];
};

/** It takes seconds, and asks GitHub and whatever gives out secrets. */
export type Doctor = {
  checkUp(): Promise<Check[]>;
  checkAgents(): Promise<AgentsChecked>;
};
