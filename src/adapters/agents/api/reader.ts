/** Reads what the program prints, and answers its questions. */

import { z } from 'zod';
import type { AgentEvent } from '../../../core/agent-event.ts';
import { firstPart } from '../../../core/text/first-part.ts';
import type { AgentChannel, AgentReader, AgentRequest } from '../../../engine/ports/agent.ts';
import { describeEnd, finish, unfinished } from '../finish.ts';
import { parseJsonLine } from '../json-line.ts';
import { structuredOf, summaryOf } from '../structured.ts';
import { type PolicyAnswer, Printed } from './protocol.ts';

const WHO = 'The agent';
const QuestionLine = z.object({ callId: z.string() });

export function createApiReader(request: AgentRequest, channel: AgentChannel): AgentReader {
  let session: string | null = null;
  let answer: string | null = null;
  let fault: string | null = null;
  let lastStderr = '';
  /** Calls of tools that have begun and not ended. */
  const open = new Set<string>();

  const fail = (message: string): AgentEvent[] => {
    if (fault !== null) return [];
    fault = message;
    channel.close();
    return [{ type: 'error', class: 'protocol', message, fatal: true }];
  };

  async function answerTo(id: number, question: unknown): Promise<void> {
    const { outcome, reason } = await channel.decide(question);
    // A denial is the end of its call, and the engine tells it.
    const asked = QuestionLine.safeParse(question);
    if (outcome !== 'allow' && asked.success) open.delete(asked.data.callId);
    const answered: PolicyAnswer = { id, allowed: outcome === 'allow', reason };
    channel.write(`${JSON.stringify(answered)}\n`);
  }

  const take = (event: AgentEvent): AgentEvent[] => {
    switch (event.type) {
      case 'session.started':
      case 'session.finished':
        return fail('the program told how its session begins or ends');
      case 'error':
        if (event.fatal) fault ??= firstPart(event.message, 2_000);
        return [{ ...event, message: firstPart(event.message, 2_000) }];
      case 'tool.started':
        if (open.has(event.callId)) return [];
        open.add(event.callId);
        break;
      case 'tool.finished':
        // Of a call that was denied, the denial is the end.
        if (!open.delete(event.callId)) return [];
        return [
          event.ok ? event : { ...event, error: firstPart(event.output, 500) || 'It failed.' },
        ];
    }
    return [event];
  };

  const read = (line: string): AgentEvent[] => {
    const json = parseJsonLine(line);
    if (!json.ok) return fail(json.problem);
    const printed = Printed.safeParse(json.value);
    if (!printed.success) return fail(`a line of no known shape: ${firstPart(line, 120)}`);
    switch (printed.data.type) {
      case 'session':
        if (session !== null) return fail('the program began its session twice');
        session = printed.data.id;
        return [{ type: 'session.started', model: request.model?.name ?? null }];
      case 'ask':
        // A decision that fails is no answer: the program waits, and the run is ended by the engine.
        void answerTo(printed.data.id, printed.data.question).catch((error: unknown) => {
          const why = error instanceof Error ? error.message : String(error);
          channel.report(fail(`a question could not be decided: ${why}`));
        });
        return [];
      case 'event':
        return take(printed.data.event);
      case 'done':
        answer = printed.data.text;
        channel.close();
        return [];
    }
  };

  return {
    line(stream, line) {
      if (line === '') return [];
      if (stream === 'stdout') return read(line);
      lastStderr = firstPart(line, 2_000);
      return [{ type: 'warning', message: firstPart(line, 500) }];
    },

    end(end) {
      const events: AgentEvent[] = [...open].map(callId => unfinished(callId));
      if (answer === null && fault === null && end.by === 'exit')
        events.push(...fail(lastStderr || `${WHO} ${describeEnd(end)} before it was done`));
      const ok = answer !== null && fault === null;
      const text = answer ?? '';
      const structured = ok ? structuredOf(text) : undefined;
      const summary = fault ?? summaryOf(text, structured);
      return [...events, finish(end, { who: WHO, ok, summary, structured })];
    },

    session: () => session,
  };
}
