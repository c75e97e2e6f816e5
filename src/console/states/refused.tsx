/** Why something that somebody did was not done: what is wrong, in which field, and what to do. */
import { ApiProblem } from '../api/problem.ts';
import { Said } from '../show/said.tsx';
import css from './state.module.css';

export function Refused({ error }: { error: Error | null }) {
  if (error === null) return null;
  const { next, faults } = error instanceof ApiProblem ? error : { next: '', faults: [] };
  return (
    <div role="alert" className={css.refused}>
      {/* Which fields are wrong says more than where that is told. */}
      <Said text={error.message} /> {faults.length === 0 && <Said text={next} />}
      {faults.length > 0 && (
        <ul>
          {faults.map(({ field, says }) => (
            <li key={`${field} ${says}`}>
              <code>{field}</code> {says}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
