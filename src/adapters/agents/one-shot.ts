/**
 * What a CLI prints where it works one-shot, as in a job of CI: lines of JSON of its own form. No run of
 * Gatehouse is started so, because nobody is asked before a tool is used; `gatehouse agents read` turns
 * what was printed elsewhere into the form of a journal.
 */
import type { AgentEvent } from '../../core/agent-event.ts';
import { firstPart } from '../../core/text/first-part.ts';
import type { AgentReader } from '../../engine/ports/agent.ts';
import type { SandboxEnd } from '../../engine/ports/sandbox.ts';
import { describeEnd, finish, unfinished } from './finish.ts';
import { parseJsonLine } from './json-line.ts';
import { structuredOf, summaryOf } from './structured.ts';

/** What the lines have said so far. */
export type OneShotState = {
  session: string | null;
  /** The last message of the model. */
  answer: string;
  /** The CLI itself said that it is done. */
  done: boolean;
  /** Why it failed, in its own words. */
  fault: string | null;
};

export type OneShotForm = {
  /** For people. */
  who: string;
  /** What a line means; null where it is of no known kind. */
  read(value: unknown, told: OneShotState): AgentEvent[] | null;
  /** What a line of stderr means besides being words. */
  readStderr?(line: string): AgentEvent[];
  /** What an error is that the CLI tells on stderr alone. */
  failure(message: string): Pick<Extract<AgentEvent, { type: 'error' }>, 'class' | 'httpStatus'>;
};

export function createOneShotReader({ who, read, readStderr, failure }: OneShotForm): AgentReader {
  const told: OneShotState = { session: null, answer: '', done: false, fault: null };
  const open = new Set<string>();
  let stderr = '';

  /** Each call has one start and one end. */
  const paired = (event: AgentEvent): AgentEvent[] => {
    if (event.type === 'tool.started') {
      if (open.has(event.callId)) return [];
      open.add(event.callId);
    }
    if (event.type === 'tool.finished' && !open.delete(event.callId)) return [];
    if (event.type === 'tool.denied' && event.callId !== undefined) open.delete(event.callId);
    return [event];
  };
  const warning = (message: string): AgentEvent[] => [{ type: 'warning', message }];
  const fatal = (message: string): AgentEvent[] => {
    told.fault = message;
    return [{ type: 'error', ...failure(message), message, fatal: true }];
  };

  /** Why it did not begin, or stopped: what it calls an error, else what it said first. */
  const lastWords = ({ exitCode }: SandboxEnd): string => {
    const lines = exitCode === 0 ? [] : stderr.split('\n').filter(line => line.trim() !== '');
    const said = lines.find(line => /^\s*(error|fatal)\b/i.test(line)) ?? lines[0] ?? '';
    return firstPart(said.trim(), 500);
  };

  return {
    line(stream, line) {
      if (stream === 'stderr') {
        stderr = `${stderr}${line}\n`.slice(-4_000);
        return readStderr?.(line) ?? [];
      }
      if (line === '') return [];
      const json = parseJsonLine(line);
      if (!json.ok) return warning(json.problem);
      const events = read(json.value, told);
      return (
        events?.flatMap(paired) ?? warning(`a line of no known shape: ${firstPart(line, 120)}`)
      );
    },

    end(end) {
      const events: AgentEvent[] = [...open].map(callId => unfinished(callId));
      const ok = told.done && told.fault === null;
      const structured = ok ? structuredOf(told.answer) : undefined;
      const summary = told.fault ?? summaryOf(told.answer, structured);
      const last = finish(end, { who, ok, summary, structured });
      // Whoever told of the failure ended by itself: a high exit code is no signal then.
      if (told.fault !== null && end.by === 'exit' && end.signal === null)
        return [...events, { ...last, status: 'failed', signal: null, summary }];
      if (last.status !== 'failed') return [...events, last];
      const problem = lastWords(end) || `${who} ${describeEnd(end)} without an end of its work`;
      return [...events, ...fatal(problem), { ...last, summary: problem }];
    },

    session: () => told.session,
  };
}
