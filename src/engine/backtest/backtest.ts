/**
 * The back-test: every recorded decision taken again under other policies, and exactly those that
 * would come out differently. A decision that lacks a fact the policies read is undecidable, not a flip.
 */
import type { Outcome, PolicyDecision, Result } from '../../core/decision.ts';
import type { StreamRef } from '../../core/stream.ts';
import { Facts } from '../../policy/facts.ts';
import type { AuditSource } from '../audit-source.ts';
import { ArtifactChanged } from '../ports/artifacts.ts';

/** Where in the record a decision stands, and what it was about. */
type Place = {
  task: string;
  seq: number;
  at: string;
  repository: { id: number; name: string };
  action: string;
  resource: string;
};

export type Flip = Place & {
  from: Outcome;
  to: Outcome;
  /** Whom the work was done for; `null` where CI started it. */
  who: string | null;
  why: string[];
  /** The policies that determine the new answer. */
  policies: string[];
  /** Those that determined the old one and are not there any more. */
  gone: string[];
};

type Undecidable = Place & { lacks: string };

export type BackTest = {
  decisions: number;
  /** Decisions that the candidate does not change; those that today's policies decide differently already are among them. */
  same: number;
  flips: Flip[];
  undecidable: Undecidable[];
};

export type Candidate = {
  /** What it would decide, beside whatever else was kept of the decision's own policies. */
  decide(recorded: string | null, facts: Facts): Promise<PolicyDecision>;
  /** What the policies as they are decide: what flips under them already is not the candidate's doing. */
  before?: (recorded: string | null, facts: Facts) => Promise<PolicyDecision>;
  /** Whether a policy is among those that would decide. */
  has(recorded: string | null, id: string): boolean;
  /** By GitHub's id; all of them where it is left out. */
  repository?: number;
};

/** What came of one decision: as it was, otherwise, or not to be decided. */
type Retaken =
  | { kind: 'same' }
  | { kind: 'flip'; flip: Flip }
  | { kind: 'undecidable'; undecidable: Undecidable };

export async function backTest(audit: AuditSource, candidate: Candidate): Promise<BackTest> {
  const result: BackTest = { decisions: 0, same: 0, flips: [], undecidable: [] };
  for await (const stream of audit.streams())
    for await (const retaken of retake(audit, stream, candidate)) {
      result.decisions += 1;
      if (retaken.kind === 'same') result.same += 1;
      else if (retaken.kind === 'flip') result.flips.push(retaken.flip);
      else result.undecidable.push(retaken.undecidable);
    }
  return result;
}

/** The decisions of one task, one after the other; none of another stream. */
export async function* retake(
  audit: AuditSource,
  stream: StreamRef,
  candidate: Candidate,
): AsyncIterable<Retaken> {
  if (stream.kind !== 'task') return;
  let repository: Place['repository'] | null = null;
  for await (const { seq, at, type, data } of audit.events(stream)) {
    if (type === 'task.created') {
      const { id, owner, name } = data.repository as { id: number; owner: string; name: string };
      repository = { id, name: `${owner}/${name}` };
      if (candidate.repository !== undefined && candidate.repository !== id) return;
    }
    if (type !== 'policy.decided' || repository === null) continue;
    const decision = data.decision as PolicyDecision;
    const { action, resource } = decision;
    const place = { task: stream.id, seq, at, repository, action, resource };
    const again = await decideAgain(audit, decision, candidate).catch(changedOf);
    if ('lacks' in again)
      yield { kind: 'undecidable', undecidable: { ...place, lacks: again.lacks } };
    else if (again.decision.outcome === decision.outcome || again.already) yield { kind: 'same' };
    else yield { kind: 'flip', flip: { ...place, ...flip(decision, again, candidate) } };
  }
}

/** What of a decision was changed is lost to it alone. */
function changedOf(error: unknown): { lacks: string } {
  if (error instanceof ArtifactChanged) return { lacks: error.message };
  throw error;
}

type Again = {
  decision: PolicyDecision;
  facts: Facts;
  recorded: string | null;
  /** The policies as they are answer the same. */
  already: boolean;
};

async function decideAgain(
  audit: AuditSource,
  { outcome, factsDigest, policyDigest }: PolicyDecision,
  candidate: Candidate,
): Promise<Again | { lacks: string }> {
  const text = await audit.content(factsDigest);
  if (text === null) return { lacks: `the facts ${factsDigest} are not in the record` };
  const facts = Facts.safeParse(JSON.parse(text));
  if (!facts.success) {
    const issue = facts.error.issues[0];
    return { lacks: `${issue?.path.join('.')}: ${issue?.message}` };
  }
  const recorded = await audit.content(policyDigest);
  const decision = await candidate.decide(recorded, facts.data);
  const failed = errorIn(decision.tree);
  if (failed !== null) return { lacks: missing(failed) };
  const already =
    decision.outcome !== outcome &&
    candidate.before !== undefined &&
    (await candidate.before(recorded, facts.data)).outcome === decision.outcome;
  return { decision, facts: facts.data, recorded, already };
}

/** Policies that can't answer deny; here that is no answer. */
function errorIn({ outcome, reason, children }: Result): string | null {
  if (outcome === 'error') return reason;
  for (const child of children) {
    const found = errorIn(child);
    if (found) return found;
  }
  return null;
}

/** Cedar's words for a fact that is not there, in ours. */
const missing = (problem: string): string => {
  const fact = /expected the record to have an attribute `([^`]+)`/.exec(problem)?.[1];
  return fact ? `the fact "${fact}" was not recorded` : problem;
};

const flip = (
  was: PolicyDecision,
  { decision, facts, recorded }: Again,
  candidate: Pick<Candidate, 'has'>,
) => ({
  from: was.outcome,
  to: decision.outcome,
  who: facts.subject.person?.login ?? null,
  why: decision.reasons,
  policies: decision.policies,
  gone: was.policies.filter(id => !candidate.has(recorded, id)),
});
