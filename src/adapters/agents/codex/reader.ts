/**
 * The conversation with `codex app-server`: one thread, one turn. Each of its questions is put to policy
 * and answered; only the turn's own end with `completed` means success.
 */

import type { ActAnswer } from '../../../core/act.ts';
import type { AgentEvent } from '../../../core/agent-event.ts';
import { firstPart } from '../../../core/text/first-part.ts';
import type { AgentChannel, AgentReader, AgentRequest } from '../../../engine/ports/agent.ts';
import { describeEnd, finish, unfinished } from '../finish.ts';
import { parseJsonLine } from '../json-line.ts';
import { structuredOf, summaryOf } from '../structured.ts';
import { approvalOf, type CodexApproval } from './approvals.ts';
import { classify, classOf } from './classify.ts';
import { completedBy, hasActed, type Item, pathsOf, startedBy } from './items.ts';
import {
  type CodexNotification,
  type CodexQuestion,
  readMessage,
  type TurnError,
  threadOf,
  turnOf,
} from './messages.ts';
import {
  answer,
  FIRST_STEER,
  INITIALIZE,
  openThread,
  refuse,
  startTurn,
  steer,
  THREAD,
  TURN,
} from './requests.ts';
import { createStderrReader } from './stderr.ts';
import { createUsage } from './usage.ts';

export function createCodexReader(
  request: AgentRequest,
  channel: AgentChannel,
  model: string,
): AgentReader {
  const readStderr = createStderrReader();
  const usageSince = createUsage();
  /** Calls that were started and not finished; of changes of files, the paths that they write. */
  const open = new Map<string, Set<string>>();
  /** Calls that were answered with yes, and with no. */
  const allowed = new Set<string>();
  const refused = new Set<string>();
  let steered = FIRST_STEER;
  let thread: string | null = null;
  let turn: string | null = null;
  let completed = false;
  let said = '';
  /** Why it failed. */
  let fault: string | null = null;
  /** What Codex says on stderr when it ends without a word on stdout. */
  let lastWords = '';

  const fatal = (failure: ReturnType<typeof classify>, message: string): AgentEvent => {
    fault ??= message;
    return { type: 'error', ...failure, message, fatal: true };
  };
  const failedTurn = (error: TurnError): AgentEvent[] =>
    fault === null ? [fatal(classOf(error), error.message)] : [];

  /** Answers to what we asked. */
  const answered = (id: string | number, result: unknown): AgentEvent[] => {
    if (id === INITIALIZE) channel.write(openThread(request, model));
    if (id === THREAD) {
      // A thread that is named again is the same one, whose turn has been started.
      if (thread !== null) return [];
      thread = threadOf(result);
      if (thread === null) return over(fatal({ class: 'protocol' }, 'Codex names no thread'));
      channel.write(startTurn(request, thread));
      return [{ type: 'session.started', model }];
    }
    if (id === TURN) turn ??= turnOf(result);
    return [];
  };

  const over = (...events: AgentEvent[]): AgentEvent[] => {
    channel.close();
    return events;
  };

  /** A string says why it is refused without a word of policy. */
  const decide = async ({ wanted }: CodexApproval): Promise<ActAnswer | string> => {
    if (wanted === 'asked later') return { outcome: 'allow', ruleId: null, reason: '' };
    if ('refused' in wanted) return wanted.refused;
    let last: ActAnswer | string = 'It asks for nothing.';
    for (const question of wanted.questions) {
      last = await channel.decide(question);
      if (last.outcome !== 'allow') return last;
    }
    return last;
  };

  const settle = async ({ id }: CodexQuestion, approval: CodexApproval): Promise<void> => {
    const { callId, what } = approval;
    const decided = await decide(approval).catch(() => 'It could not be decided.');
    const byPolicy = typeof decided !== 'string';
    if (byPolicy && decided.outcome === 'allow') {
      if (callId !== null) allowed.add(callId);
      return channel.write(answer(id, approval.answer(true)));
    }
    const reason = byPolicy ? decided.reason : decided;
    const call = callId === null ? {} : { callId };
    // What policy denies is in the record already; a denial is the end of its call.
    if (!byPolicy)
      channel.report([{ type: 'tool.denied', ...call, by: 'mode', ruleId: null, reason }]);
    if (callId !== null) {
      refused.add(callId);
      open.delete(callId);
    }
    // Codex tells its model no reason: it is said before the answer, so that both are read together.
    if (thread !== null && turn !== null) {
      const text = `Gatehouse: ${what} is not allowed. ${reason}`.trim();
      channel.write(steer(steered++, { threadId: thread, turnId: turn, text }));
    }
    channel.write(answer(id, approval.answer(false)));
  };

  const ask = (asked: CodexQuestion): AgentEvent[] => {
    const approval = approvalOf(asked, request, callId => {
      const paths = open.get(callId);
      return paths ? [...paths] : null;
    });
    if (approval) {
      void settle(asked, approval);
      return [];
    }
    channel.write(refuse(asked.id, 'Gatehouse does not answer this.'));
    return [{ type: 'warning', message: `refused an unknown question: ${asked.method}` }];
  };

  const started = (item: Item): AgentEvent[] => {
    const event = startedBy(item);
    if (!event) return [];
    const before = open.get(event.callId);
    const paths = before ?? new Set();
    // A start that is told again may add paths, and is none of another call.
    if (item.type === 'fileChange') for (const path of pathsOf(item)) paths.add(path);
    open.set(event.callId, paths);
    return before === undefined ? [event] : [];
  };

  const finished = (item: Item): AgentEvent[] => {
    if (item.type === 'agentMessage') said = item.text;
    const event = startedBy(item);
    if (!event) return completedBy(item);
    const { callId } = event;
    const hasRun = hasActed(item);
    if (refused.has(callId) && !hasRun) return [];
    const start = open.delete(callId) ? [] : [{ ...event, synthesised: true }];
    const all = [...start, ...completedBy(item)];
    if (!hasRun || allowed.has(callId)) return all;
    // A Codex that does not ask is not let go on, whatever version or setting led to it.
    const problem = `Codex did this without asking: ${event.command ?? event.paths?.join(', ')}`;
    return [...all, ...over(fatal({ class: 'protocol' }, firstPart(problem, 500)))];
  };

  const notified = ({ method, params }: CodexNotification): AgentEvent[] => {
    switch (method) {
      case 'item/started':
        return params.threadId === thread ? started(params.item) : [];
      case 'item/completed':
        return params.threadId === thread ? finished(params.item) : [];
      case 'thread/tokenUsage/updated':
        // A thread that is resumed begins with its sums of before, under an older turn.
        return params.turnId === turn ? usageSince(params.tokenUsage) : [];
      case 'error': {
        const { error, willRetry } = params;
        if (!willRetry) return failedTurn(error);
        return [{ type: 'error', ...classOf(error), message: error.message, fatal: false }];
      }
      case 'turn/completed': {
        if (params.threadId !== thread) return [];
        const { status, error } = params.turn;
        completed = status === 'completed';
        if (completed) return over();
        const why = error ?? { message: `its turn was ${status}`, codexErrorInfo: null };
        return over(...failedTurn(why));
      }
      case 'warning':
      case 'guardianWarning':
        return [{ type: 'warning', message: params.message }];
    }
  };

  const read = (text: string): AgentEvent[] => {
    const json = parseJsonLine(text);
    if (!json.ok) return [{ type: 'warning', message: json.problem }];
    const message = readMessage(json.value);
    switch (message.kind) {
      case 'asked':
        return ask(message.asked);
      case 'answered':
        return answered(message.id, message.result);
      case 'refused': {
        const why = message.message;
        if (message.id === INITIALIZE || message.id === THREAD || message.id === TURN)
          return over(fatal(classify(why), why));
        return [{ type: 'warning', message: why }];
      }
      case 'notified':
        return notified(message.notification);
      case 'other':
        return [];
      case 'unreadable':
        return [
          { type: 'warning', message: `a message of no known shape: ${firstPart(text, 120)}` },
        ];
    }
  };

  return {
    line(stream, text) {
      if (stream === 'stdout') return text === '' ? [] : read(text);
      if (text.startsWith('Error: ')) lastWords ||= text.slice('Error: '.length).trim();
      return readStderr(text);
    },

    end(end) {
      const events: AgentEvent[] = [...open.keys()].map(callId => unfinished(callId));
      const ok = completed && fault === null;
      const structured = ok ? structuredOf(said) : undefined;
      const summary = fault ?? summaryOf(said, structured);
      const last = finish(end, { who: 'Codex', ok, summary, structured });
      if (last.status !== 'failed' || fault !== null) return [...events, last];
      const problem = lastWords || `Codex ${describeEnd(end)} before the end of its turn`;
      const error = fatal(lastWords ? classify(lastWords) : { class: 'protocol' }, problem);
      return [...events, error, { ...last, summary: problem }];
    },

    session: () => thread,
  };
}
