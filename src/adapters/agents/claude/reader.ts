/** What Claude Code prints, as events of the journal. Only a `result` without an error means success. */
import type { AgentEvent } from '../../../core/agent-event.ts';
import type { AgentChannel, AgentReader, AgentRequest } from '../../../engine/ports/agent.ts';
import { describeEnd, finish, unfinished } from '../finish.ts';
import { structuredOf, summaryOf } from '../structured.ts';
import { byOf, denial, deniedBy, finishedBy, startedBy } from './calls.ts';
import { classify } from './classify.ts';
import {
  type ClaudeLine,
  type ContentBlock,
  type Permission,
  readLine,
  type SystemLine,
} from './lines.ts';
import { createPermissions } from './permissions.ts';
import { readResult } from './result.ts';

/** No CLI waits longer; it bounds a number that may be any. */
const LONGEST_RETRY_MS = 24 * 60 * 60_000;

export function createClaudeReader(
  request: Pick<AgentRequest, 'tools' | 'servers'>,
  channel: AgentChannel,
): AgentReader {
  /** The tools of calls that have begun, by the call. */
  const open = new Map<string, string>();
  const permissions = createPermissions(request, channel, callId => void open.delete(callId));
  let session: string | null = null;
  let started = false;
  let result: ReturnType<typeof readResult> | null = null;
  /** Why there is no answer of the model; the result repeats it, unless the process dies before. */
  let pending: { message: string; name: string } | null = null;
  let firstStderrLine = '';

  const systemEvents = (line: SystemLine): AgentEvent[] => {
    switch (line.subtype) {
      case 'init':
        session = line.session_id ?? session;
        if (started) return [];
        started = true;
        return [{ type: 'session.started', model: line.model ?? null }];
      case 'api_retry': {
        const {
          error: name = 'unknown',
          error_status: status = null,
          retry_delay_ms: delay,
        } = line;
        const message = `The model does not answer (${status ?? name}): it is asked again.`;
        const retry =
          delay === undefined ? {} : { retryInMs: Math.round(Math.min(delay, LONGEST_RETRY_MS)) };
        const failure = classify('', name, status);
        return [{ type: 'error', ...failure, message, fatal: false, ...retry }];
      }
      case 'permission_denied': {
        const { tool_use_id: id = '', message = '', decision_reason: reason = message } = line;
        if (!open.delete(id)) return [];
        return [denial(id, byOf(line.decision_reason_type), reason)];
      }
      case 'informational':
        return line.content ? [{ type: 'warning', message: line.content }] : [];
      default:
        return [];
    }
  };

  const saidBy = (role: 'assistant' | 'user', permitted: readonly Permission[]) => {
    return (block: ContentBlock): AgentEvent[] => {
      switch (block.type) {
        case 'text':
          return [{ type: 'message', role, text: block.text }];
        case 'thinking':
          return block.thinking === '' ? [] : [{ type: 'reasoning', text: block.thinking }];
        case 'tool_use':
          if (open.has(block.id)) return [];
          open.set(block.id, block.name);
          return [startedBy(block)];
        case 'tool_result': {
          const { tool_use_id: id } = block;
          const tool = open.get(id);
          // What was denied has its end already.
          if (tool === undefined || !open.delete(id)) return [];
          const permission = permitted.find(one => one.id === id);
          return [deniedBy(block, permission) ?? finishedBy(block, tool)];
        }
        case 'other':
          return [];
      }
    };
  };

  const eventsOf = (line: ClaudeLine): AgentEvent[] => {
    switch (line.type) {
      case 'system':
        return systemEvents(line);
      case 'assistant': {
        const { error, message } = line;
        if (error === undefined) return message.content.flatMap(saidBy('assistant', []));
        const [said] = message.content;
        pending = { name: error, message: said?.type === 'text' ? said.text : error };
        return [];
      }
      case 'user':
        return line.message.content.flatMap(saidBy('user', line.tool_result_meta));
      case 'control_request':
        return permissions.ask(line);
      case 'control_cancel_request':
        permissions.cancel(line.request_id);
        return [];
      case 'result': {
        result = readResult(line, pending?.name);
        pending = null;
        channel.close();
        const denied = line.permission_denials.flatMap(({ tool_use_id: id }) =>
          open.delete(id) ? [denial(id, 'mode', 'Claude Code denied it.')] : [],
        );
        return [...denied, ...result.events];
      }
    }
  };

  return {
    line(stream, text) {
      if (text === '') return [];
      if (stream === 'stderr') {
        firstStderrLine ||= text.trim();
        return [{ type: 'warning', message: text }];
      }
      const line = readLine(text);
      if (typeof line === 'string') return [{ type: 'warning', message: line }];
      return line === null ? [] : eventsOf(line);
    },

    end(end) {
      const events: AgentEvent[] = [...open.keys()].map(callId =>
        permissions.waits(callId)
          ? unfinished(callId, 'it waited for a decision when the process ended')
          : unfinished(callId),
      );
      const { answer = '', fault = null } = result ?? {};
      const ok = result !== null && fault === null;
      const structured = ok ? (result?.structured ?? structuredOf(answer)) : undefined;
      const summary = fault ?? summaryOf(answer, structured);
      const last = finish(end, { who: 'Claude Code', ok, summary, structured });
      if (result !== null || last.status !== 'failed') return [...events, last];
      const ended = `Claude Code ${describeEnd(end)} without a result`;
      const message = pending?.message || firstStderrLine || ended;
      const failure = classify(message, pending?.name ?? null, null);
      const error = { type: 'error' as const, ...failure, message, fatal: true };
      return [...events, error, { ...last, summary: message }];
    },

    session: () => session,
  };
}
