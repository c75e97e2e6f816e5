/** In a sentence, who merges the usual change by these policies, and how to have it otherwise. */
import { resolve } from 'node:path';
import { decide } from '../../policy/decide.ts';
import { type FactsShorthand, factsFromShorthand } from '../../policy/facts-shorthand.ts';
import type { PolicySet } from '../../policy/load.ts';

const SOLO = resolve(import.meta.dirname, '../../../policies/solo/solo.cedar');

export function whoMerges(set: PolicySet): string {
  const merge = ask(set, { action: 'pr.merge' });
  if (merge.outcome === 'allow') return 'Gatehouse merges alone what policy finds nothing in.';
  if (merge.outcome === 'deny') return 'Gatehouse merges nothing.';
  const own = ask(set, { action: 'approval.own', requester: 'admin' });
  const alone =
    own.outcome === 'allow'
      ? 'A maintainer may approve what was done for them.'
      : `Where one person maintains a repository alone, nobody else can approve: copy ${SOLO} beside these.`;
  const approvals = merge.quorum === 1 ? 'one approval' : `${merge.quorum} approvals`;
  return `A merge takes ${approvals}, by ${merge.approvers.join(', ')}. GATEHOUSE_POLICIES=autonomous merges alone. ${alone}`;
}

function ask(set: PolicySet, short: FactsShorthand) {
  const read = factsFromShorthand(short);
  if ('problem' in read) throw new Error(read.problem);
  return decide(set, read.facts);
}
