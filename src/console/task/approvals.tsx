/** What people were asked in a task, and what they answered. */
import { Link } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import { Exactly } from '../approvals/exactly.tsx';
import { Said } from '../show/said.tsx';
import css from './task.module.css';

export function Approvals(props: { task: string; approvals: FromApi<'ApprovalSummary'>[] }) {
  const { task, approvals } = props;
  if (approvals.length === 0) return null;
  return (
    <section>
      <h2>Approvals</h2>
      <ul className={css.list}>
        {approvals.map(approval => (
          <li key={approval.id}>
            <Link
              to="/tasks/$task/approvals/$approval"
              params={{ task, approval: approval.id }}
              className={css.approval}
            >
              <Exactly text={approval.sentence} />
            </Link>
            <ul>
              {approval.reasons.map(reason => (
                <li key={reason}>
                  <Said text={reason} />
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}
