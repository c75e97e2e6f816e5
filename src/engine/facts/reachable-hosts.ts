/** Whether an agent may reach any host: then its tools are told of the gateway's proxy. */

import { askedIn } from '../../core/task/approvals/open-approvals.ts';
import type { Run, TaskState } from '../../core/task/state/state.ts';
import { decide } from '../../policy/decide.ts';
import { askedBy } from './agent-question.ts';
import { type Circumstances, factsOf } from './circumstances.ts';

/** A name that is nobody's stands for all that the profile does not name. */
const UNNAMED = 'host.invalid:443';

export function mayReachHosts(circumstances: Circumstances, state: TaskState, run: Run): boolean {
  const approved = askedIn(state, run.id).some(
    ({ action, status }) => action === 'net.connect' && ['granted', 'used'].includes(status),
  );
  return approved || [...circumstances.subject.hosts, UNNAMED].some(isOpen);

  function isOpen(grant: string): boolean {
    const [host = '', port] = grant.split(':');
    const asked = askedBy({ action: 'net.connect', host, port: Number(port) }, run);
    if (typeof asked === 'string') return false;
    return asked.parts.every(
      own => decide(circumstances.policies, factsOf(circumstances, own)).outcome !== 'deny',
    );
  }
}
