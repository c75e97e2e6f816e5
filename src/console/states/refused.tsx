/** Why something that somebody did was not done: what is wrong, in which field, and what to do. */
import { ApiProblem } from '../api/problem.ts';
import { Said } from '../show/said.tsx';
import { NextStep } from './next-step.tsx';
import css from './state.module.css';

export function Refused({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <div role="alert" className={css.refused}>
      <Said text={error.message} /> {error instanceof ApiProblem && <NextStep problem={error} />}
    </div>
  );
}
