/** State after policy has decided. */
import { actionInWords } from '../../action-words.ts';
import type { Stamp } from '../../decider.ts';
import type { PolicyDecision } from '../../decision.ts';
import { firstPart } from '../../text/first-part.ts';
import { openApproval } from '../approvals/open-approvals.ts';
import { standsStill } from '../events/blocked.ts';
import type { DataOf, Run, TaskState } from '../state/state.ts';

/** Each with so many characters of what was wanted and of the reason. */
const DENIALS = 3;
const LONGEST_DENIED = 200;

export function policyDecided(
  state: TaskState,
  data: DataOf<'policy.decided'>,
  stamp: Stamp,
): TaskState {
  const { run, decision, rework, objections, findings, waitsFor } = data;
  const { gate, action, resource, outcome, reasons, policies, observed = null } = decision;
  const seen = {
    seq: stamp.seq,
    gate,
    action,
    resource,
    outcome,
    reasons,
    policies,
    findings,
    observed,
  };
  const admitted = outcome === 'allow' ? rework : null;
  const judged = openApproval(state, { action, run, rework });
  return {
    ...state,
    decisions: [...state.decisions, seen],
    runs: state.runs.map(other => (other.id === run ? deniedIn(other, decision) : other)),
    approvals: state.approvals.map(approval =>
      approval === judged ? { ...approval, judged: stamp.seq } : approval,
    ),
    objections: objections ?? state.objections,
    waitingReworks: state.waitingReworks.map(waiting =>
      waiting.id === admitted ? { ...waiting, admitted: true } : waiting,
    ),
    mergeable: action === 'pr.merge' ? mergeableAfter(state, outcome) : state.mergeable,
    mergeWaits: action === 'pr.merge' ? false : state.mergeWaits,
    blocked: action === 'pr.merge' && standsStill(state.blocked) ? null : state.blocked,
    waitsFor: action === 'pr.merge' ? waitsFor : state.waitsFor,
    // Where people have to be asked first, a later wait for checks has its own time.
    checksUntil:
      action === 'pr.merge' && outcome === 'require_approval' && isWaiting(state, stamp.at)
        ? null
        : state.checksUntil,
  };
}

function deniedIn(run: Run, { gate, action, outcome, resource, reasons }: PolicyDecision): Run {
  if (gate !== 'act' || outcome !== 'deny' || run.denials.length >= DENIALS) return run;
  const why = firstPart(reasons.join(' '), LONGEST_DENIED);
  const what = actionInWords(action, firstPart(resource, LONGEST_DENIED), inCode);
  const denial = `It may not ${what}: ${why}`;
  return run.denials.includes(denial) ? run : { ...run, denials: [...run.denials, denial] };
}

const inCode = (text: string): string => (text.includes('`') ? text : `\`${text}\``);

const isWaiting = ({ checksUntil }: TaskState, now: string): boolean =>
  checksUntil !== null && now < checksUntil;

const mergeableAfter = (state: TaskState, outcome: string): string | null =>
  outcome === 'allow' ? (state.pull?.head ?? null) : null;
