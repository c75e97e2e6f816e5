/** What the end of a process means for its run. Exit 0 alone is never success. */

import type { ErrorClass } from '../../core/agent-event.ts';
import { capInWords, type ReachedCap } from '../../core/budget.ts';
import { ERROR_WORDS } from '../../core/error-words.ts';
import { readDocument } from '../../core/handover/handover.ts';
import type { Profile } from '../../core/profile.ts';
import type { RunFailure } from '../../core/task/decide/command.ts';
import type { FailureClass } from '../../core/task/events/run.ts';
import { firstPart } from '../../core/text/first-part.ts';
import type { Executed } from './process/execute.ts';

/** Which failures a second try may not meet. */
const RETRYABLE = new Set<FailureClass>([
  'rate_limit',
  'transport',
  'workspace',
  'sandbox',
  'lost',
]);

const BY_ERROR: Record<ErrorClass, FailureClass> = {
  auth: 'auth',
  rate_limit: 'rate_limit',
  quota: 'rate_limit',
  model_not_found: 'auth',
  context_overflow: 'agent',
  transport: 'transport',
  server: 'transport',
  policy: 'policy',
  protocol: 'agent',
  session_unknown: 'agent',
};

export const failure = (kind: FailureClass, reason: string): RunFailure => ({
  class: kind,
  reason,
  retryable: RETRYABLE.has(kind),
});

/** The next try begins once there is space again. */
export const diskFailure = failure(
  'sandbox',
  'It was ended because the disk of its work tree was about to be full: an operator makes room on that machine, and it is tried again.',
);

/** A cap leaves no room for it. */
export const capFailure = (cap: ReachedCap): RunFailure =>
  failure('budget', `${capitalised(capInWords(cap))}, is reached.`);

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `null` where the agent did its work. */
export function agentFailure({ end, finished, error }: Executed): RunFailure | null {
  if (end.by === 'timeout') return failure('timeout', 'It ran into its time limit.');
  if (end.by === 'output_limit') return failure('output_limit', 'It printed more than its limit.');
  if (end.by === 'disk_full') return diskFailure;
  if (finished.status === 'ok') return null;
  // Before its errors: what is killed in the middle of a line leaves a line that nobody can read.
  if (finished.status === 'killed' && end.outOfMemory)
    return failure('memory', 'The agent needed more memory than it may have.');
  if (finished.status === 'killed')
    return failure('sandbox', `The agent was ended by ${finished.signal ?? 'a signal'}.`);
  if (error) return failure(classOf(error), errorInWords(error));
  return failure('agent', firstLine(finished.summary) || `The agent ${finished.status}.`);
}

/** What the gateway says to be used up is a cap of ours, for which no other agent has room. */
const classOf = ({ class: kind, message }: NonNullable<Executed['error']>): FailureClass =>
  kind === 'quota' && GATEWAY_SAYS.test(message) ? 'budget' : BY_ERROR[kind];

/** A role's output must match its profile's schema; where it does not, the run may be tried again. */
export function outputFailure(profile: Profile | null, { finished }: Executed): RunFailure | null {
  if (!profile?.output) return null;
  const checked = readDocument(profile.output, finished.structured);
  if (checked.ok) return null;
  const reason = `The ${profile.name}'s answer is no ${profile.output}: ${checked.problem}`;
  return { class: 'agent', reason, retryable: true };
}

/** What the gateway says itself needs no other words. */
function errorInWords({ class: kind, message }: NonNullable<Executed['error']>): string {
  const line = firstLine(message);
  const [, own] = GATEWAY_SAYS.exec(line) ?? [];
  return own === undefined ? `${ERROR_WORDS[kind]}: ${line}` : capitalised(own);
}

/** Some agents give it back as they got it, in JSON, or put words of their own before it. */
const GATEWAY_SAYS = /\bGatehouse: ([^"\\]+)/;

const firstLine = (text: string): string => firstPart(text.trim().split('\n')[0] ?? '', 500);
