/** Replay: the state is folded anew and every decision is taken again, from what the log kept. */
import type { PolicyDecision } from '../../core/decision.ts';
import type { Folded } from '../../core/fold.ts';
import { isKnown, type StreamRef, UNKNOWN_KIND } from '../../core/stream.ts';
import { decide } from '../../policy/decide.ts';
import { Facts } from '../../policy/facts.ts';
import type { AuditSource } from '../audit-source.ts';
import { canonical, verifyStream } from '../chain.ts';
import { stateDigest } from '../handle.ts';
import { keptSet } from '../policies/kept-set.ts';
import { ArtifactChanged } from '../ports/artifacts.ts';
import { fold, keptState, start } from '../streams.ts';

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
  kept: unknown,
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
  if (!isKnown(stream)) return stop(`not replayed: ${UNKNOWN_KIND}`);
  let folded: Folded<unknown> = start(stream.kind);
  const beside = keptState(kept);
  for await (const stored of audit.events(stream)) {
    const unusable = problemOf(() => {
      folded = fold(folded, stored);
      return null;
    });
    if (unusable !== null) return stop(`event ${stored.seq}: ${unusable}`);
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

/** What the function throws is a problem of the record. */
function problemOf(judge: () => string | null): string | null {
  try {
    return judge();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type Texts = { facts: string; policy: string; observed: string | null };

/** Says how the decision differs when it is taken again; `null` where it is the same. */
async function retake(audit: AuditSource, decision: PolicyDecision): Promise<string | null> {
  const texts = await textsOf(audit, decision);
  return typeof texts === 'string' ? texts : problemOf(() => difference(audit, decision, texts));
}

/** What the decision rests on; a string says what of it is lost. Throws where it can't be read now. */
async function textsOf(audit: AuditSource, decision: PolicyDecision): Promise<Texts | string> {
  const { factsDigest, policyDigest, observed } = decision;
  try {
    const facts = await audit.content(factsDigest);
    if (facts === null) return `the facts ${factsDigest} are not in the record`;
    const policy = await audit.content(policyDigest);
    if (policy === null) return `the policy set ${policyDigest} is not in the record`;
    if (!observed) return { facts, policy, observed: null };
    const text = await audit.content(observed.policyDigest);
    return text === null
      ? `the observed policy set ${observed.policyDigest} is not in the record`
      : { facts, policy, observed: text };
  } catch (error) {
    if (error instanceof ArtifactChanged) return error.message;
    throw error;
  }
}

function difference(audit: AuditSource, decision: PolicyDecision, texts: Texts): string | null {
  const facts = Facts.parse(JSON.parse(texts.facts));
  const again = decide(keptSet(texts.policy, audit.policies), facts);
  for (const field of SUBSTANCE) {
    const [was, now] = [canonical(decision[field]), canonical(again[field])];
    if (was !== now) return `${field} was ${was}, taken again it is ${now}`;
  }
  const { observed } = decision;
  if (!observed || texts.observed === null) return null;
  const beside = decide(keptSet(texts.observed, audit.policies?.observed ?? undefined), facts);
  for (const field of ['outcome', 'policies'] as const) {
    const [was, now] = [canonical(observed[field]), canonical(beside[field])];
    if (was !== now) return `observed: ${field} was ${was}, taken again it is ${now}`;
  }
  return null;
}
