/**
 * The one synchronous question to policy: an agent asks before it acts. A denial is in the log before
 * the answer; an allow is in the run's journal alone. A question that only a person can answer stops
 * the run, and is asked again when the run goes on. Where anything fails, the answer is no.
 */

import { type ActAnswer, denied } from '../../../core/act.ts';
import type { AgentEvent } from '../../../core/agent-event.ts';
import { whoApproves } from '../../../core/approvals/who-approves.ts';
import { commandText } from '../../../core/command-line.ts';
import type { PolicyDecision } from '../../../core/decision.ts';
import { WAITS } from '../../../core/task/decide/act.ts';
import { createdOf, type Run, type TaskState } from '../../../core/task/state/state.ts';
import { firstPart } from '../../../core/text/first-part.ts';
import { decide } from '../../../policy/decide.ts';
import type { Facts } from '../../../policy/facts.ts';
import type { Dependencies } from '../../dependencies.ts';
import {
  type AgentQuestion,
  askedBy,
  inLine,
  lineOf,
  type ModelQuestion,
  readQuestion,
} from '../../facts/agent-question.ts';
import { contentOfQuestion } from '../../facts/asked-in-run.ts';
import { circumstancesOf, factsOf, type OwnFacts } from '../../facts/circumstances.ts';
import { capsuleOf } from '../../facts/question.ts';
import { mayReachHosts } from '../../facts/reachable-hosts.ts';
import type { AskToConnect, Decide } from '../../ports/gateway.ts';
import type { Journal } from '../process/journal.ts';
import type { RunContext } from '../run-context.ts';
import { createDenials, type DecidedQuestion, holdsSecret } from './denials.ts';
import type { Pause } from './pause.ts';
import { priorAnswers } from './prior-answers.ts';
import { limitQuestions } from './question-limit.ts';

type RunQuestion = AgentQuestion | ModelQuestion;

export type Act = {
  /** Answers what the agent asks. */
  decide: Decide;
  /** Answers what the gateway asks about a model that the agent calls. */
  mayCall(question: Omit<ModelQuestion, 'action'>): Promise<ActAnswer>;
  /** Answers what the gateway asks about a host that something in the sandbox connects to. */
  mayConnect: AskToConnect;
  /** Whether there may be such a host at all. */
  reachesHosts: boolean;
};

/** Facts and rules are those of the run's start; what they lead to is judged again at `accept`. */
export async function createAct(
  context: Pick<RunContext, 'deps' | 'task' | 'folded' | 'run' | 'guard'>,
  journal: Pick<Journal, 'add'>,
  pause: Pause,
): Promise<Act> {
  const { deps, task, folded, run, guard } = context;
  const { state } = folded;
  const { logger, observe, redact } = deps;
  const write = (event: AgentEvent) => journal.add([event], null);
  const circumstances = await circumstancesOf(deps, state, run);
  const { policies } = circumstances;
  const answeredBefore = await priorAnswers(context, policies.digest);
  const keep = createDenials(context, policies);

  /** An allow is in the journal alone, and so is what observed policies would have answered instead. */
  const noteObserved = ({ outcome, observed }: PolicyDecision, question: RunQuestion): void => {
    if (outcome !== 'allow' || !observed || observed.outcome === 'allow') return;
    const what = `${question.action} on ${lineOf(question)}`;
    const why = [...observed.policies, ...observed.reasons].join(' ');
    const message = `Observed, not enforced: ${observed.outcome} of ${what}. ${why}`;
    write({ type: 'warning', message: firstPart(message, 2_000) });
  };

  const judged = (own: OwnFacts) => {
    const facts = factsOf(circumstances, own);
    return { own, facts, decision: decide(policies, facts) };
  };

  const answer = async (question: RunQuestion): Promise<ActAnswer> => {
    const asked = handsOutSecret(question, redact)
      ? 'The arguments hold what looks like a secret: no server of tools is given one.'
      : askedBy(question, run);
    if (typeof asked === 'string') return denied(asked);
    const { line } = asked;
    const parts = asked.parts.map(judged);
    const forPeople = parts.filter(({ decision }) => decision.outcome === 'require_approval');
    const [first] = forPeople;
    const refused = parts.find(({ decision }) => decision.outcome === 'deny');
    if (!refused && first) return askPeople(question, line, first.own, forPeople.length);
    for (const { decision } of parts) noteObserved(decision, question);
    const [decisive] = refused ? [refused] : parts;
    if (!decisive) return denied('The line runs no command.');
    const { decision, facts } = decisive;
    const ruleId = decision.policies[0] ?? null;
    const lost = refused ? await keep(decisive) : null;
    if (lost !== null) return denied(lost);
    const which = refused && line !== null ? [`${firstPart(decision.resource, 500)}:`] : [];
    const instead = refused ? namedInstead(facts, decision) : [];
    const reason = firstPart([...which, ...decision.reasons, ...instead].join(' '), 2_000);
    return { outcome: decision.outcome, ruleId, reason };
  };

  /** `own`: the part of the line that people are asked about, of so many. */
  const askPeople = async (
    question: RunQuestion,
    line: string | null,
    own: OwnFacts,
    many: number,
  ): Promise<ActAnswer> => {
    const asked = judged(line === null ? own : inLine(own, line));
    const { facts, decision } = asked;
    const ruleId = decision.policies[0] ?? null;
    const answered = many === 1 ? await answeredBefore(facts) : null;
    if (answered) return { ...answered, ruleId };
    const lost = await keep(asked);
    if (lost !== null) return denied(lost);
    const reason = firstPart([...decision.reasons, ...approvalNeeded(decision)].join(' '), 2_000);
    const alone =
      many > 1
        ? `${many} parts of this line take approval: run them one at a time.`
        : nobodyToAsk(deps, state, run, asked);
    if (alone !== null)
      return { outcome: 'require_approval', ruleId, reason: `${reason} ${alone}` };
    write({ type: 'tool.waiting', ...callOf(question), ruleId, reason });
    const content = contentOfQuestion(state, run, run.waits + 1, facts);
    const { capsule, digest } = capsuleOf(task, state, { facts, content }, policies.digest);
    const approvalSubject = {
      capsule,
      digest,
      files: [],
      findings: [],
      judgement: null,
      terms: null,
      forged: [],
      checks: [],
    };
    return pause.stop({ decision, approvalSubject });
  };

  const observeAnswer = ({ action }: RunQuestion, { outcome }: ActAnswer) =>
    observe({
      type: 'policy_decided',
      task,
      run: run.id,
      gate: 'act',
      action,
      outcome,
      at: deps.clock.now().getTime(),
    });

  const settle = async (question: RunQuestion | null, problem: string): Promise<ActAnswer> => {
    if (guard.signal.aborted) return denied('This run is over.');
    const stopped = pause.stopped();
    if (stopped) return pause.stop(stopped);
    let given: ActAnswer;
    try {
      given = question ? await answer(question) : denied(problem);
    } catch (error) {
      logger.warn({ err: error, task, run: run.id }, 'a question of an agent could not be decided');
      given = denied('Gatehouse could not decide, so it is not allowed. Go on without it.');
    }
    write(journalled(question, given));
    if (question) observeAnswer(question, given);
    return given;
  };

  return {
    decide: limitQuestions(asked => {
      const read = readQuestion(asked);
      return read.ok ? settle(read.question, '') : settle(null, read.problem);
    }),
    mayCall: question => settle({ action: 'model.call', ...question }, ''),
    mayConnect: to => settle({ action: 'net.connect', ...to }, ''),
    reachesHosts: mayReachHosts(circumstances, state, run),
  };
}

/** What nothing permits has no reason of a policy's, so that the agent is told what it may run instead. */
const namedInstead = ({ action, subject }: Facts, { policies }: PolicyDecision): string[] =>
  action === 'command.exec' && policies.length === 0 && subject.commands.length > 0
    ? [`Its role names ${subject.commands.map(commandText).join(', ')}.`]
    : [];

const approvalNeeded = (decision: PolicyDecision): string[] =>
  decision.outcome === 'require_approval' ? [`It takes approval by ${whoApproves(decision)}.`] : [];

/** Arguments are kept with their facts, and a server may be anybody's. */
function handsOutSecret(question: RunQuestion, redact: Dependencies['redact']): boolean {
  if (question.action !== 'mcp.call') return false;
  const text = JSON.stringify(question.arguments);
  return redact(text) !== text;
}

/** Why no person can be asked, where none can; `null`: it is put to people. */
function nobodyToAsk(
  { redact }: Pick<Dependencies, 'redact'>,
  state: TaskState,
  run: Run,
  asked: DecidedQuestion,
): string | null {
  if (createdOf(state).mode === 'dry_run') return 'A dry run asks nobody.';
  if (run.waits >= WAITS) return `This run has waited for people ${WAITS} times; that is all.`;
  const { resource } = asked.decision;
  if (resource.length > LONGEST_ASKED || UNSEEN.test(resource) || holdsSecret(asked, redact))
    return 'People are asked only about what they can read whole.';
  return null;
}

/** What stands in the request, in characters; and what nobody would see there, or takes for our own mark. */
const LONGEST_ASKED = 1_000;
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|<!--/v;

/** Which call it is about, and what that wants to do. */
const callOf = (question: RunQuestion) => ({
  ...(question.callId === undefined ? {} : { callId: question.callId }),
  action: question.action,
  resource: lineOf(question),
});

function journalled(question: RunQuestion | null, given: ActAnswer): AgentEvent {
  const { ruleId, reason } = given;
  if (given.outcome === 'allow' && question)
    return { type: 'tool.allowed', ...callOf(question), ruleId };
  const call = question ? callOf(question) : {};
  return { type: 'tool.denied', by: 'policy', ...call, ruleId, reason };
}
