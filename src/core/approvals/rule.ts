/** What an approval rule is. Each has a file of its own, and a row in `rules.ts`. */
import type { ApprovalFacts } from './facts.ts';
import type { Ask, RuleOutcome } from './judgement.ts';
import type { Statement } from './statement.ts';

/** All that a rule may look at. */
export type ApprovalCase = {
  facts: ApprovalFacts;
  ask: Ask;
  /** Everything that people said. */
  said: readonly Statement[];
};

/** Whether a statement counts, and why. */
type StatementRuling = { counts: boolean; reason: string };

/** What a rule about more than one statement comes to. */
export type RequestRuling = { outcome: RuleOutcome; reason: string };

/** A rule judges one statement, the request, or the people who approve it; some do more than one. */
export type ApprovalRule = {
  /** Its name in judgements and events; `docs/approvals.md` lists them. */
  name: string;
  /** The rule in words, without a capital and a full stop: it is quoted to people. */
  words: string;
  /** Null where the rule has nothing to say of it. The first rule of the table that does settles it. */
  ofStatement?(statement: Statement, given: ApprovalCase): StatementRuling | null;
  /**
   * Whether a person is told that by this rule their statement does not count: `commands` leaves out
   * reviews. Absent where whoever ended the approval is told already.
   */
  tells?: 'always' | 'commands';
  /** While one of these is not `approved`, policy is told of no approval at all. */
  ofRequest?(given: ApprovalCase): RequestRuling;
  /** `counting`: one statement for each person who approves. Null where the rule is not asked for. */
  ofApprovers?(counting: readonly Statement[], given: ApprovalCase): RequestRuling | null;
};

/** A statement that a rule takes away. */
export const refused = (reason: string): StatementRuling => ({ counts: false, reason });
