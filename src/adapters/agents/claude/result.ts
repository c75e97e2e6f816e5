/** The last line of a run: whether it came to its end, what it answered and what it used. */
import { type AgentEvent, addUsage, NO_USAGE, type Usage } from '../../../core/agent-event.ts';
import { classify } from './classify.ts';
import type { ResultLine } from './lines.ts';

/** `fault`: why it is no success; `null`: it is one. */
type ClaudeResult = {
  events: AgentEvent[];
  answer: string;
  structured: unknown;
  fault: string | null;
};

/** `errorName`: what the line before called the error that ended it. */
export function readResult(line: ResultLine, errorName: string | undefined): ClaudeResult {
  const { subtype, is_error, result: answer = '', structured_output: structured } = line;
  const events = spentBy(line);
  // A failure of the API is a "success" with an error.
  if (subtype === 'success' && !is_error)
    return { events, answer, structured: structured ?? undefined, fault: null };
  const message = answer || line.errors[0] || `It ended with ${subtype}.`;
  const failure = classify(message, errorName ?? null, line.api_error_status ?? null);
  events.push({ type: 'error', ...failure, message, fatal: true });
  return { events, answer, structured: undefined, fault: message };
}

/** `usage` of the line leaves out what its helpers used, and its sums of money go over all of a session. */
function spentBy({ model_usage_since_last_result: byModel }: ResultLine): AgentEvent[] {
  const models = Object.values(byModel);
  if (models.length === 0) return [];
  const usage = models.map(
    (one): Usage => ({
      // Claude's input excludes what was read from the cache or written to it.
      input: one.inputTokens,
      cached: one.cacheReadInputTokens,
      cacheWrite: one.cacheCreationInputTokens,
      output: one.outputTokens,
      reasoning: one.thinkingTokens,
    }),
  );
  const usd = Math.min(
    models.reduce((sum, { costUSD }) => sum + costUSD, 0),
    Number.MAX_VALUE,
  );
  return [
    { type: 'usage', usage: usage.reduce(addUsage, NO_USAGE), scope: 'run' },
    ...(usd > 0
      ? [{ type: 'cost' as const, usd, basis: 'provider' as const, scope: 'run' as const }]
      : []),
  ];
}
