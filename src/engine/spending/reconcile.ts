/** What an agent says it used, beside what was counted outside of it. */
import type { AgentEvent, Usage } from '../../core/agent-event.ts';
import { amountInWords, moneyInWords } from '../../core/budget.ts';
import { totalTokens } from '../../core/spend.ts';

/** Money in billionths of a US dollar; `null`: it is not said, or not known. */
export type Used = { usage: Usage; nanoUsd: number | null };

/** A larger difference is told in the record. */
const TOLERATED = 0.05;

/** Warnings for the journal; none where either says nothing. */
export function disagreements(said: Used, counted: Used): AgentEvent[] {
  const inTokens = (tokens: number) => amountInWords('tokens', tokens);
  return [
    ...differ(totalTokens(said.usage), totalTokens(counted.usage), inTokens),
    ...differ(said.nanoUsd ?? 0, counted.nanoUsd ?? 0, moneyInWords),
  ];
}

function differ(said: number, counted: number, words: (n: number) => string): AgentEvent[] {
  if (said === 0 || counted === 0) return [];
  const share = Math.abs(said - counted) / counted;
  if (share <= TOLERATED) return [];
  const apart = `${(share * 100).toFixed(0)} % apart`;
  const message = `The agent says that it used ${words(said)}; the gateway counted ${words(counted)}, which is ${apart}. The gateway's count holds.`;
  return [{ type: 'warning', message }];
}
