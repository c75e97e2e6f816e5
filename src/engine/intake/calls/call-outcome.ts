/** What becomes of a call, and that it is followed once, however often it comes. */
import type { TaskCall } from '../../../core/call.ts';
import { digestOf } from '../../chain.ts';
import type { Dependencies } from '../../dependencies.ts';
import { GitHubFailure } from '../../ports/github.ts';

export type CallOutcome =
  | { outcome: 'created' | 'repeated' | 'resumed'; task: string }
  | {
      outcome: 'refused';
      /** `invalid`: the call itself; `forbidden`: not by this caller; `conflict`: the key, or a task that is open. */
      why: 'invalid' | 'forbidden' | 'conflict' | 'unusable' | 'absent' | 'too_many';
      /** The field that it is about, where it is about one. */
      pointer: string;
      reasons: string[];
    };

type Refused = Extract<CallOutcome, { outcome: 'refused' }>;
export const refusedCall = (
  why: Refused['why'],
  pointer: string,
  ...reasons: string[]
): Refused => ({
  outcome: 'refused',
  why,
  pointer,
  reasons,
});

/**
 * Follows a call unless it was followed before under this name: of a project, or of a person. Only an
 * accepted call keeps its key, so that a refused one can be corrected and sent again.
 */
export async function followOnce(
  { calls }: Pick<Dependencies, 'calls'>,
  name: { project: string; key: string },
  call: TaskCall,
  follow: (key: string) => Promise<CallOutcome>,
): Promise<CallOutcome> {
  // The key itself may stand in the call or beside it.
  const { key: _, ...asked } = call;
  const begun = await calls.begin(name, digestOf(JSON.stringify(asked)));
  if (begun.is === 'other')
    return refusedCall(
      'conflict',
      '/key',
      'The key was used for another call: take another key, or send the same call.',
    );
  if (begun.is === 'same' && begun.task !== null) return { outcome: 'repeated', task: begun.task };
  const outcome = await follow(`${name.project}/${name.key}`).catch(async error => {
    if (error instanceof GitHubFailure && error.refused) await calls.forget(name);
    throw error;
  });
  if (outcome.outcome === 'refused') await calls.forget(name);
  else await calls.settle(name, outcome.task);
  return outcome;
}
