/** Whose answers count so far, and whose do not, each with the rule that says so. */
import type { FromApi } from '../api/client.ts';
import { Said } from '../show/said.tsx';
import css from './approvals.module.css';

export function Statements({ request }: { request: FromApi<'Approval'> }) {
  const { counted, refused } = request;
  if (counted.length + refused.length === 0) return null;
  return (
    <section>
      <h2>What was said</h2>
      <ul className={css.list}>
        {counted.map(({ by, says, reason, rule }) => (
          <li key={`${by.id} ${says} ${rule}`}>
            <strong>{by.login}</strong> {says === 'approves' ? 'approves' : 'is against it'}.{' '}
            <Said text={reason} />
          </li>
        ))}
        {refused.map(({ by, reason, rule, ruleInWords }) => (
          <li key={`${by.id} ${rule} ${reason}`}>
            What <strong>{by.login}</strong> said does not count. <Said text={reason} /> (The rule:{' '}
            {ruleInWords}.)
          </li>
        ))}
      </ul>
    </section>
  );
}
