/** What policies in observe mode, which hold nothing, would have answered. */
import type { FromApi } from '../api/client.ts';
import { OUTCOMES } from '../show/outcome.ts';
import { Said } from '../show/said.tsx';

type ObservedAnswer = NonNullable<FromApi<'DecisionSummary'>['observed']>;

export function Observed({ observed }: { observed: ObservedAnswer }) {
  const { outcome, reasons, policies } = observed;
  return (
    <>
      By the observed policies, which are not enforced, it would be {OUTCOMES[outcome]}
      {policies.length > 0 && ` (${policies.join(', ')})`}.
      {reasons.map(reason => (
        <span key={reason}>
          {' '}
          <Said text={reason} />
        </span>
      ))}
    </>
  );
}
