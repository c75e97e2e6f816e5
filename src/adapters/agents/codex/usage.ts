/** What a turn uses, from the sums that Codex keeps for its whole thread. */
import type { AgentEvent } from '../../../core/agent-event.ts';
import type { TokenUsage } from './messages.ts';

/** Turns the sums after each answer of the model into what was used since the one before. */
export function createUsage(): (now: { total: TokenUsage; last: TokenUsage }) => AgentEvent[] {
  let before: TokenUsage | null = null;
  return ({ total, last }) => {
    const since = difference(total, before ?? difference(total, last));
    before = total;
    if (Object.values(since).every(count => count === 0)) return [];
    const { inputTokens, cachedInputTokens, cacheWriteInputTokens } = since;
    return [
      {
        type: 'usage',
        scope: 'step',
        usage: {
          // Codex counts cached tokens as input too.
          input: Math.max(0, inputTokens - cachedInputTokens - cacheWriteInputTokens),
          cached: cachedInputTokens,
          cacheWrite: cacheWriteInputTokens,
          output: since.outputTokens,
          reasoning: since.reasoningOutputTokens,
        },
      },
    ];
  };
}

const difference = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  inputTokens: Math.max(0, a.inputTokens - b.inputTokens),
  cachedInputTokens: Math.max(0, a.cachedInputTokens - b.cachedInputTokens),
  cacheWriteInputTokens: Math.max(0, a.cacheWriteInputTokens - b.cacheWriteInputTokens),
  outputTokens: Math.max(0, a.outputTokens - b.outputTokens),
  reasoningOutputTokens: Math.max(0, a.reasoningOutputTokens - b.reasoningOutputTokens),
});
