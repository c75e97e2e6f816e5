/**
 * What every agent shows for real: its pinned CLI, in the sandbox, behind the gateway, against the
 * scripted model. An agent joins with a file of its own that calls this.
 */
import { beforeAll, describe } from 'vitest';
import type { Usage } from '../../src/core/agent-event.ts';
import type { ModelRoute } from '../../src/engine/ports/gateway.ts';
import { TURN_USAGE } from '../model/answer.ts';
import { openAgent, type RealAgent } from './execute-agent.ts';
import { askingCases } from './suite/asking.ts';
import { endingCases } from './suite/ending.ts';
import { isolationCases } from './suite/isolation.ts';
import { mcpCases } from './suite/mcp.ts';
import { providerCases } from './suite/provider.ts';
import { sessionCases } from './suite/session.ts';
import { workCases } from './suite/work.ts';

/** What some agents can't do, besides what their adapter's `capabilities` say. */
export type Ability =
  /** It asks before each call of a tool. */
  | 'asking'
  /** It passes on why something was denied. */
  | 'reasons'
  /** It tells the exit code of a command. */
  | 'exit codes'
  /** It tells its model only a part of a long output. */
  | 'excerpts'
  /** It asks again where an answer is cut off. */
  | 'second tries'
  /** It takes an answer as fast as the scripted model gives one. */
  | 'floods'
  /** It tells a quota that is used up from a limit of the rate. */
  | 'quotas';

export type Differences = {
  /** What it speaks to its model; by default, what its row of the table names first. */
  dialect?: ModelRoute['dialect'];
  /** What it can't do, and why: its cases are skipped with that reason. */
  lacks?: Partial<Record<Ability, string>>;
};

/** What the cases get: the agent opens once, before the first of them. */
export type Subject = {
  agent(): RealAgent;
  /** Why it can't; `null` where it can. */
  lacks(ability: Ability): string | null;
};

export function agentSuite(name: string, { dialect, lacks = {} }: Differences = {}): void {
  let opened: RealAgent | null = null;
  beforeAll(async () => {
    opened = await openAgent(name, dialect ?? null);
  }, 600_000);
  const subject: Subject = {
    agent() {
      if (!opened) throw new Error(`${name} is not installed`);
      return opened;
    },
    lacks: ability => lacks[ability] ?? null,
  };
  describe(`${name}${dialect ? `, ${dialect}` : ''}`, () => {
    workCases(subject);
    askingCases(subject);
    sessionCases(subject);
    isolationCases(subject);
    mcpCases(subject);
    endingCases(subject);
    providerCases(subject);
  });
}

/** What so many answers of the scripted model cost, as the gateway counts them. */
export const costOf = (answers: number, dialect: ModelRoute['dialect']): Usage => ({
  input: (TURN_USAGE.input - TURN_USAGE.cached) * answers,
  cached: TURN_USAGE.cached * answers,
  cacheWrite: 0,
  output: TURN_USAGE.output * answers,
  // Anthropic does not tell it apart.
  reasoning: dialect === 'anthropic' ? 0 : TURN_USAGE.reasoning * answers,
});

export const totalOf = ({ input, cached, cacheWrite, output }: Usage): number =>
  input + cached + cacheWrite + output;
