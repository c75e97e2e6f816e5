/**
 * The one synchronous question to policy: an agent asks before it acts. A denial is durable before
 * the answer; an allow goes to the run's journal alone. What takes a person stops the run: it is asked
 * again when the run goes on. Where anything fails, the answer is no.
 */

import { type ActAnswer, type ActQuestion, denied, readQuestion } from '../../core/act.ts';
import { GATEHOUSE } from '../../core/actor.ts';
import type { AgentEvent } from '../../core/agent-event.ts';
import type { PolicyDecision } from '../../core/decision.ts';
import { taskStream } from '../../core/stream.ts';
import { WAITS } from '../../core/task/act.ts';
import { createdOf, type Run, type TaskState } from '../../core/task/state.ts';
import { decide, factsText } from '../../policy/decide.ts';
import type { Dependencies } from '../dependencies.ts';
import { type ActFacts, actFacts, contentOfQuestion } from '../facts/act.ts';
import { capsuleOf } from '../facts/capsule.ts';
import type { Handle } from '../handle.ts';
import type { LeaseGuard } from '../lease-guard.ts';
import { rulesOf } from '../policies/of-repository.ts';
import type { Decide } from '../ports/gateway.ts';
import type { Pause } from './pause.ts';
import { priorAnswers } from './prior-answers.ts';

/** Different denials that one run may add to the log; who goes on asking is told no unheard. */
const MOST_DENIALS = 100;

/** Facts and rules are those of the run's start; what they lead to is judged again at `accept`. */
export async function createAct(
  deps: Dependencies & { handle: Handle },
  task: string,
  state: TaskState,
  run: Run,
  guard: LeaseGuard,
  /** Into the run's journal. */
  tell: (event: AgentEvent) => void,
  pause: Pause,
): Promise<Decide> {
  const { github, logger, artifacts, handle } = deps;
  const { repository } = createdOf(state);
  const base = await github.facts.defaultBranch(repository);
  const { set: policies } = await rulesOf(deps, repository, base.sha);
  const factsFor = await actFacts(deps, state, run, base);
  const said = await priorAnswers(deps, task, state, run, guard);
  const kept = new Map<string, Promise<string | null>>();
  let rules: Promise<unknown> | null = null;

  /** Durable once, however often the same is asked. A string says why it could not be kept. */
  const keep = (decision: PolicyDecision, facts: ActFacts): Promise<string | null> => {
    const key = `${decision.factsDigest} ${decision.outcome}`;
    const before = kept.get(key);
    if (before) return before;
    if (kept.size >= MOST_DENIALS)
      return Promise.resolve(
        `This run was denied ${MOST_DENIALS} things; it is not heard any more.`,
      );
    // The same for every denial: written with the first, and anew where that failed.
    rules ??= artifacts.put(policies.text);
    rules.catch(() => {
      rules = null;
    });
    const keeping = Promise.all([rules, artifacts.put(factsText(facts))]).then(async () => {
      const command = { type: 'record_denial' as const, run: run.id, decision };
      const stream = taskStream(task);
      const handled = await handle({ stream, command, actor: GATEHOUSE, fence: guard.fence });
      return handled.ok ? null : handled.refusal.message;
    });
    kept.set(key, keeping);
    // What could not be written is tried anew when it is asked again.
    keeping.catch(() => kept.delete(key));
    return keeping;
  };

  const answer = async (question: ActQuestion): Promise<ActAnswer> => {
    const facts = factsFor(question);
    if (typeof facts === 'string') return denied(facts);
    const decision = decide(policies, facts);
    const ruleId = decision.policies[0] ?? null;
    const answered = decision.outcome === 'require_approval' ? await said(facts) : null;
    if (answered) return { ...answered, ruleId };
    if (decision.outcome !== 'allow') {
      const lost = await keep(decision, facts);
      if (lost !== null) return denied(lost);
    }
    const reason = [...decision.reasons, ...whoApproves(decision)].join(' ').slice(0, 2_000);
    if (decision.outcome !== 'require_approval')
      return { outcome: decision.outcome, ruleId, reason };
    const alone = nobodyToAsk(deps, state, run, decision);
    if (alone !== null)
      return { outcome: 'require_approval', ruleId, reason: `${reason} ${alone}` };
    tell({ type: 'tool.waiting', ...callOf(question), ...about(question), ruleId, reason });
    const content = contentOfQuestion(state, run, run.waits + 1, facts);
    const { capsule, digest } = capsuleOf(task, state, { facts, content }, policies.digest);
    const asked = { capsule, digest, files: [], findings: [], judgement: null, forged: [] };
    return pause.stop({ decision, asked });
  };

  return async asked => {
    if (guard.signal.aborted) return denied('This run is over.');
    const stopped = pause.stopped();
    if (stopped) return pause.stop(stopped);
    const read = readQuestion(asked);
    let given: ActAnswer;
    try {
      given = read.ok ? await answer(read.question) : denied(read.problem);
    } catch (error) {
      logger.warn({ err: error, task, run: run.id }, 'a question of an agent could not be decided');
      given = denied('Gatehouse could not decide, so it is not allowed. Go on without it.');
    }
    tell(journalled(read.ok ? read.question : null, given));
    return given;
  };
}

const whoApproves = ({ outcome, approvers }: PolicyDecision): string[] =>
  outcome === 'require_approval' ? [`It takes the approval of ${approvers.join(', ')}.`] : [];

/** Why no person can be asked, where none can; `null`: it is put to people. */
function nobodyToAsk(
  { redact }: Pick<Dependencies, 'redact'>,
  state: TaskState,
  run: Run,
  { resource }: PolicyDecision,
): string | null {
  const { mode, issue } = createdOf(state);
  if (mode === 'dry_run') return 'A dry run asks nobody.';
  if (issue === null) return 'There is no issue to ask on.';
  if (run.waits >= WAITS) return `This run has waited for people ${WAITS} times; that is all.`;
  if (resource.length > LONGEST_ASKED || UNSEEN.test(resource) || redact(resource) !== resource)
    return 'People are asked only about what they can read whole.';
  return null;
}

/** What stands in the request, in characters; and what nobody would see there, or takes for our own mark. */
const LONGEST_ASKED = 1_000;
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|<!--/v;

const callOf = ({ callId }: ActQuestion): { callId?: string } =>
  callId === undefined ? {} : { callId };

function journalled(question: ActQuestion | null, given: ActAnswer): AgentEvent {
  const call = question ? callOf(question) : {};
  const { ruleId, reason } = given;
  if (given.outcome === 'allow' && question)
    return { type: 'tool.allowed', ...call, ...about(question), ruleId };
  return {
    type: 'tool.denied',
    by: 'policy',
    ...call,
    ...(question ? about(question) : {}),
    ruleId,
    reason,
  };
}

/** What was asked, in a line. */
function about(question: ActQuestion): { action: string; resource: string } {
  const { action } = question;
  switch (action) {
    case 'command.exec': {
      const { command } = question;
      const line = Array.isArray(command) ? command.join(' ') : command;
      return { action, resource: line.slice(0, 500) };
    }
    case 'file.write':
      return { action, resource: question.path };
    case 'net.connect':
      return { action, resource: `${question.host}:${question.port}` };
    case 'mcp.call':
      return { action, resource: `${question.server}/${question.tool}` };
  }
}
