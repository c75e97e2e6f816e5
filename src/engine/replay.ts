/** Replay: the state is folded anew and every decision is taken again, from what the log kept. */
import type { ObservedDecision, PolicyDecision } from '../core/decision.ts';
import type { Folded } from '../core/fold.ts';
import type { StreamRef } from '../core/stream.ts';
import { decide } from '../policy/decide.ts';
import { Facts } from '../policy/facts.ts';
import type { AuditSource } from './audit-source.ts';
import { canonical, verifyStream } from './chain.ts';
import { stateDigest } from './handle.ts';
import { keptSet } from './policies/kept-set.ts';
import { fold, type KeptState, STATE_VERSION, start } from './streams.ts';

export type Replayed = {
  stream: StreamRef;
  events: number;
  head: string;
  /** `ok`, or the first event that is wrong and how. */
  verify: string;
  /** `identical`, or the first divergence. */
  replay: string;
  decisions: { retaken: number; same: number };
};

export async function replayStream(
  audit: AuditSource,
  stream: StreamRef,
  /** The state kept beside the log, loaded before its events are read; `null` where there is none. */
  kept: KeptState | null,
): Promise<Replayed> {
  const verdict = await verifyStream(audit.events(stream));
  const head = verdict.ok ? verdict.head : '';
  const base = { stream, events: verdict.ok ? verdict.events : verdict.seq, head };
  const decisions = { retaken: 0, same: 0 };
  const stop = (replay: string): Replayed => ({
    ...base,
    verify: verdict.ok ? 'ok' : verdict.problem,
    replay,
    decisions,
  });
  if (!verdict.ok) return stop('not replayed: the log does not verify');
  let folded: Folded<unknown> = start(stream.kind);
  const beside = kept?.stateVersion === STATE_VERSION ? kept.folded : null;
  try {
    for await (const stored of audit.events(stream)) {
      folded = fold(folded, stored);
      // The kept state may be behind: it is compared where it stands.
      if (beside?.version === folded.version && stateDigest(beside) !== stateDigest(folded))
        return stop('the kept state differs from the log');
      if (stored.type !== 'policy.decided') continue;
      const { decision } = stored.data as { decision: PolicyDecision };
      const again = await retake(audit, decision);
      decisions.retaken += 1;
      if (again !== null) return stop(`event ${stored.seq}: ${again}`);
      decisions.same += 1;
    }
  } catch (error) {
    return stop(`event ${folded.version + 1}: ${error instanceof Error ? error.message : error}`);
  }
  if (beside && beside.version > folded.version)
    return stop(
      `events are missing: the kept state has seen ${beside.version}, the log ends at ${folded.version}`,
    );
  return stop('identical');
}

/** What of a decision must come out the same; its reasons may find better words. */
const SUBSTANCE = [
  'gate',
  'action',
  'resource',
  'outcome',
  'policies',
  'approvers',
  'quorum',
] as const;

/** Says how the decision differs when it is taken again; `null` where it is the same. */
async function retake(audit: AuditSource, decision: PolicyDecision): Promise<string | null> {
  const factsText = await audit.content(decision.factsDigest);
  const policyText = await audit.content(decision.policyDigest);
  if (factsText === null) return `the facts ${decision.factsDigest} are not in the record`;
  if (policyText === null) return `the policy set ${decision.policyDigest} is not in the record`;
  const facts = Facts.parse(JSON.parse(factsText));
  const again = decide(keptSet(policyText, audit.policies), facts);
  for (const field of SUBSTANCE) {
    const [was, now] = [canonical(decision[field]), canonical(again[field])];
    if (was !== now) return `${field} was ${was}, taken again it is ${now}`;
  }
  return decision.observed ? retakeObserved(audit, decision.observed, facts) : null;
}

async function retakeObserved(
  audit: AuditSource,
  observed: ObservedDecision,
  facts: Facts,
): Promise<string | null> {
  const text = await audit.content(observed.policyDigest);
  if (text === null) return `the observed policy set ${observed.policyDigest} is not in the record`;
  const again = decide(keptSet(text, audit.policies?.observed ?? undefined), facts);
  for (const field of ['outcome', 'policies'] as const) {
    const [was, now] = [canonical(observed[field]), canonical(again[field])];
    if (was !== now) return `observed: ${field} was ${was}, taken again it is ${now}`;
  }
  return null;
}
