/**
 * One of our secrets for one run, used by the gateway outside the sandbox: policy is asked, the use is
 * recorded in the log, and only then is the value read. This happens once for each secret whenever a
 * worker takes the run up, before anything is started.
 */
import { GATEHOUSE } from '../../../core/actor.ts';
import { taskStream } from '../../../core/stream.ts';
import type { RunFailure } from '../../../core/task/decide/command.ts';
import { decide, factsText } from '../../../policy/decide.ts';
import { keptTexts } from '../../../policy/load.ts';
import { circumstancesOf, factsOf } from '../../facts/circumstances.ts';
import { SecretUnavailable } from '../../ports/secrets.ts';
import { failure } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';

/** The run can't be done without it. */
export class SecretRefused extends Error {
  readonly failure: RunFailure;
  constructor(failure: RunFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** Reads the value, each time anew: it may be rotated while the run lasts. */
export async function useSecret(
  { deps, task, folded, run, guard }: RunContext,
  secret: string,
): Promise<() => Promise<string>> {
  const place = deps.secrets.get(secret);
  if (!place) throw new Error(`no place is configured for the secret ${secret}`);
  const circumstances = await circumstancesOf(deps, folded.state, run);
  const { policies } = circumstances;
  const facts = factsOf(circumstances, {
    action: 'secret.use',
    resource: { kind: 'secret', name: secret },
    context: { step: run.step, executor: 'gateway' },
  });
  const decision = decide(policies, facts);
  await Promise.all(
    [factsText(facts), ...keptTexts(policies)].map(text => deps.artifacts.put(text, 'proof')),
  );
  const handled = await deps.handle({
    stream: taskStream(task),
    command: { type: 'use_secret', run: run.id, secret, decision },
    actor: GATEHOUSE,
    fence: guard.fence,
  });
  if (!handled.ok)
    throw new Error(`the use of ${secret} could not be recorded: ${handled.refusal.message}`);
  if (decision.outcome !== 'allow') {
    const why =
      decision.outcome === 'deny'
        ? (decision.reasons[0] ?? 'Nothing permits it.')
        : 'It takes an approval, and for a secret none is asked.';
    throw new SecretRefused(failure('policy', `${secret} may not be used. ${why}`));
  }
  await place.read().catch(error => {
    if (!(error instanceof SecretUnavailable)) throw error;
    const reason = `${secret} can't be had: ${error.message}. ${error.remediation}`;
    // The store may be back, or the file there, at the next attempt.
    throw new SecretRefused({ class: 'auth', reason, retryable: true });
  });
  return place.read;
}
