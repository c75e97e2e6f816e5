/** Tries of the same work, and which of their failures say nothing about it: another agent may do it. */
import type { FailureClass } from '../events/run.ts';
import type { Run, TaskState } from '../state/state.ts';

/** Why an agent of a chain is passed over where no provider that it can call has a credential. */
export const NOT_SWITCHED_ON = 'It is not switched on.';

/** The provider that a model names, as in `provider/model`. */
export const providerNamed = (model: string | null): string => model?.split('/', 1)[0] ?? '';

/** Why it is passed over where its model names a provider without a credential, though it could call another. */
export const keyMissing = (model: string | null): string =>
  `Its model names ${providerNamed(model)}, which has no key here.`;

/** Whoever has a credential of one provider is told of its agents alone. */
export const lacksCredential = ({ model, reason }: { model: string | null; reason: string }) =>
  reason === NOT_SWITCHED_ON || reason === keyMissing(model);

/** Its provider is down, limits it or refuses its credential. A denial of policy holds for all of them. */
const ELSEWHERE: ReadonlySet<FailureClass | null> = new Set<FailureClass>([
  'auth',
  'rate_limit',
  'transport',
]);

export const mayHelpElsewhere = (failure: FailureClass | null): boolean => ELSEWHERE.has(failure);

/** Whether the chain has somebody who was not tried for this work. */
export const hasOthers = ({ choice }: Pick<Run, 'choice'>): boolean => (choice?.others ?? 0) > 0;

/** The runs of the same step, in the same round and for the same purpose, that count as tries. */
export const triesOf = (
  { runs, triesFrom, steps }: TaskState,
  { step, round, purpose }: Pick<Run, 'step' | 'round' | 'purpose'>,
): Run[] =>
  runs
    .slice(Math.max(triesFrom, steps[step]?.triesFrom ?? 0))
    .filter(run => run.step === step && run.round === round && run.purpose === purpose);
