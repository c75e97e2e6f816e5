/** A decision of the record, with the policies and the facts that it was taken with. */

import type { PolicyDecision } from '../../core/decision.ts';
import { taskStream } from '../../core/stream.ts';
import { Facts } from '../../policy/facts.ts';
import { type PolicySet, withObserved } from '../../policy/load.ts';
import type { AuditSource } from '../audit-source.ts';
import { keptSet } from './kept-set.ts';

export type Recorded = { seq: number; at: string; decision: PolicyDecision };

/** The latest decision of a task on an action (on anything, without one), or the one at `seq`. */
export async function findDecision(
  audit: AuditSource,
  task: string,
  wanted: { action?: string; seq?: number },
): Promise<Recorded> {
  const decisions: Recorded[] = [];
  for await (const { seq, at, type, data } of audit.events(taskStream(task)))
    if (type === 'policy.decided')
      decisions.push({ seq, at, decision: data.decision as PolicyDecision });
  if (decisions.length === 0)
    throw new Error(
      `there is no decision of a task "${task}": \`gatehouse status --all\` lists them`,
    );
  const found = decisions.findLast(
    ({ seq, decision }) =>
      (wanted.action === undefined || decision.action === wanted.action) &&
      (wanted.seq === undefined || seq === wanted.seq),
  );
  if (found) return found;
  const there = decisions.map(({ seq, decision }) => `${seq} ${decision.action}`).join(', ');
  throw new Error(`task ${task} has no such decision; it has these: ${there}`);
}

export async function recordedFacts(audit: AuditSource, { decision }: Recorded): Promise<Facts> {
  const text = await audit.content(decision.factsDigest);
  if (text === null) throw new Error(`the facts ${decision.factsDigest} are not in the record`);
  return Facts.parse(JSON.parse(text));
}

/** The policies that took it. */
export async function recordedSet(audit: AuditSource, { decision }: Recorded): Promise<PolicySet> {
  const { policyDigest, observed } = decision;
  const set = await setOf(audit, policyDigest);
  return withObserved(set, observed ? await setOf(audit, observed.policyDigest) : null);
}

async function setOf(audit: AuditSource, digest: string): Promise<PolicySet> {
  const text = await audit.content(digest);
  if (text === null) throw new Error(`the policy set ${digest} is not in the record`);
  return keptSet(text);
}
