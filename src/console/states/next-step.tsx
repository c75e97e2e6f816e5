/** What to do about a problem. Which fields are wrong, and how, says more than where that is told. */
import type { ApiProblem } from '../api/problem.ts';
import { Said } from '../show/said.tsx';

export function NextStep({ problem: { next, faults } }: { problem: ApiProblem }) {
  if (faults.length === 0) return <Said text={next} />;
  return (
    <ul>
      {faults.map(({ field, says }) => (
        <li key={`${field} ${says}`}>
          <code>{field}</code> {says}
        </li>
      ))}
    </ul>
  );
}
