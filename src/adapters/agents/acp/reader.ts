/** Holds a conversation over ACP: one session, one prompt. Policy answers every question of the agent. */

import { type McpServer, methods, RequestError } from '@agentclientprotocol/sdk';
import type { AgentEvent } from '../../../core/agent-event.ts';
import { firstPart } from '../../../core/text/first-part.ts';
import type { AgentChannel, AgentReader, AgentRequest } from '../../../engine/ports/agent.ts';
import { SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';
import { describeEnd, finish } from '../finish.ts';
import { reachedServers } from '../mcp/servers.ts';
import { structuredOf, summaryOf, withSchema } from '../structured.ts';
import { createCalls } from './calls.ts';
import type { AcpCli, AcpFailure, AcpNotice } from './cli.ts';
import { INITIALIZE, openConnection } from './connection.ts';
import { createMessageAssembler } from './message-assembler.ts';
import {
  Initialized,
  NewSession,
  PromptResult,
  readLine,
  textOf,
  type Update,
} from './messages.ts';
import { createModelCalls, type FailedCall } from './model-calls.ts';
import { answerTo } from './permission.ts';
import { fieldOf } from './questions.ts';

/** The most warnings about output that can't be read; further ones would only repeat them. */
const MOST_WARNINGS = 50;
/** An agent whose calls are denied in so many turns makes no progress any more. */
const MOST_DENIED_TURNS = 50;

export function createAcpReader(
  cli: AcpCli,
  request: AgentRequest,
  channel: AgentChannel,
): AgentReader {
  const calls = createCalls(cli);
  const messages = createMessageAssembler();
  const modelCalls = createModelCalls(cli);
  const connection = openConnection({ write: channel.write, mayDo: params => mayDo(params) });
  let session: string | null = null;
  let stopReason: string | null = null;
  let cost: number | null = null;
  let fault: string | null = null;
  let warnings = 0;
  /** Why calls of the present turn were denied, while its model has said nothing since. */
  let denials: string[] = [];
  let deniedTurns = 0;
  let firstStderrLine = '';
  /** False while the agent repeats the session that is continued. */
  let live = request.session === null || cli.resumes === 'resume';
  let over = false;

  const fatal = (failure: AcpFailure, message: string): AgentEvent[] => {
    if (fault !== null) return [];
    fault = message;
    return [errorOf(failure, message, true)];
  };
  const warn = (message: string): AgentEvent[] => {
    warnings += 1;
    return warnings > MOST_WARNINGS ? [] : [{ type: 'warning', message: firstPart(message, 500) }];
  };
  /** Ends the conversation. */
  const stop = (events: AgentEvent[]): void => {
    if (over) return;
    channel.report([...messages.over(), ...events]);
    channel.close();
  };

  void converse().catch((error: unknown) => {
    if (stopReason === null) stop(fatal({ class: 'protocol' }, messageOf(error)));
  });

  async function converse(): Promise<void> {
    const { agent } = connection;
    const initialized = await asked(agent.request(methods.agent.initialize, INITIALIZE));
    if (!Initialized.safeParse(initialized).success)
      throw new Error(`${cli.who} speaks another version of ACP.`);
    session = await openSession();
    channel.report([{ type: 'session.started', model: request.model?.name ?? null }]);
    let result = await takeTurn(session, promptOf(request));
    for (let more = goesOn(result); more !== null; more = goesOn(result))
      result = await takeTurn(session, more);
    stopReason = result.stopReason;
    // Of several turns, the last one tells what all of them used.
    const usage = cli.usageOf(result);
    stop([
      ...(usage ? [{ type: 'usage' as const, usage, scope: 'run' as const }] : []),
      ...(cost ? [costOf(cost)] : []),
      ...stopped(stopReason),
    ]);
  }

  async function takeTurn(sessionId: string, text: string) {
    const prompt = [{ type: 'text' as const, text }];
    const sent = connection.agent.request(methods.agent.session.prompt, { sessionId, prompt });
    const result = PromptResult.safeParse(await asked(sent));
    if (!result.success) throw new Error('The end of the prompt is of no known shape.');
    return result.data;
  }

  /** What is said after a turn that a denial ended; `null` where the work is over. */
  const goesOn = ({ stopReason: reason }: PromptResult): string | null => {
    const why = denials;
    denials = [];
    const isDenial = cli.stopsAtDenials && why.length > 0 && reason === 'end_turn';
    if (!isDenial || modelCalls.whyOver() !== null) return null;
    deniedTurns += 1;
    return deniedTurns > MOST_DENIED_TURNS ? null : `${why.join('\n')}\nGo on without it.`;
  };

  async function openSession(): Promise<string> {
    const { agent } = connection;
    const at = { cwd: SANDBOX_WORK, mcpServers: cli.takesServers ? serversOf(request) : [] };
    if (request.session === null) {
      const opened = NewSession.safeParse(
        await asked(agent.request(methods.agent.session.new, at)),
      );
      if (!opened.success) throw new Error('The new session is of no known shape.');
      return opened.data.sessionId;
    }
    const method = methods.agent.session[cli.resumes];
    const wanted = { ...at, sessionId: request.session };
    await asked(agent.request(method, wanted), { class: 'session_unknown' });
    return request.session;
  }

  /** An error of the agent is told, and the conversation ends with it. `means`: what it can only mean. */
  async function asked(answer: Promise<unknown>, means?: AcpFailure): Promise<unknown> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const details = fieldOf(error.data, 'details');
      const message = details === null ? error.message : `${error.message}: ${details}`;
      stop(fatal(means ?? cli.classify({ code: error.code, message }), message));
      return new Promise(() => {});
    }
  }

  const mayDo = (params: unknown): Promise<string | null> => {
    live = true;
    const by = { role: request, mcpOf: cli.mcpOf, decide: channel.decide };
    return answerTo(params, by, {
      unreadable: () => channel.report(warn('a question of no known shape is denied')),
      asked: call => channel.report([...acts(), ...calls.asked(call)]),
      denied(callId, { reason, events }) {
        channel.report(events);
        calls.denied(callId);
        denials.push(`Gatehouse: your call was denied: ${reason}`);
      },
    });
  };

  const failedCall = (failed: FailedCall | null): AgentEvent[] => {
    if (failed === null) return [];
    const { failure, message, last } = failed;
    if (!last) return [errorOf(failure, message, false)];
    channel.close();
    return fatal(failure, message);
  };

  /** What the CLI says of itself is no message of its model. */
  const eventsOfNotice = ({ kind, message }: AcpNotice): AgentEvent[] => {
    channel.report(messages.over());
    if (kind === 'told') return warn(message);
    // What came of the call that failed is no answer.
    messages.acts();
    if (kind === 'retries') return failedCall(modelCalls.failed(message));
    modelCalls.givesUp(message);
    return [];
  };

  const acts = (): AgentEvent[] => {
    modelCalls.toolUsed();
    const events = messages.over();
    messages.acts();
    return events;
  };

  const eventsOf = (update: Update): AgentEvent[] => {
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
      case 'agent_thought_chunk': {
        const { messageId = null, content, sessionUpdate } = update;
        const kind = sessionUpdate === 'agent_message_chunk' ? 'message' : 'reasoning';
        const notice = kind === 'message' ? cli.noticeIn(textOf(content)) : null;
        if (notice !== null) return eventsOfNotice(notice);
        modelCalls.answered();
        denials = [];
        // Its pieces came in several lines.
        channel.report(messages.piece(kind, textOf(content), messageId));
        return [];
      }
      case 'tool_call':
      case 'tool_call_update':
        channel.report(acts());
        return calls.told(update);
      case 'usage_update':
        if (update.cost?.currency === 'USD') cost = update.cost.amount;
        return failedCall(modelCalls.begins());
      case 'available_commands_update':
        return [];
    }
  };

  const take = (text: string): AgentEvent[] => {
    const line = readLine(text);
    switch (line.kind) {
      case 'ignored':
        return [];
      case 'unreadable':
        if (!line.fatal) return warn(line.problem);
        channel.close();
        return fatal({ class: 'protocol' }, line.problem);
      case 'request':
        connection.take(line.message);
        return [];
      case 'answer':
        return connection.answer(line.message) ? [] : warn('an answer to what nobody asked');
      case 'update': {
        if (line.update.sessionUpdate === 'available_commands_update') live = true;
        return live ? eventsOf(line.update) : [];
      }
    }
  };

  return {
    line(stream, text) {
      if (text === '') return [];
      if (stream === 'stdout') return take(text);
      firstStderrLine ||= text.trim();
      const message = cli.readStderr(text);
      return message === null ? [] : failedCall(modelCalls.failed(message));
    },

    end(end) {
      over = true;
      connection.close();
      const events = [...messages.over(), ...calls.end()];
      const answer = messages.answer();
      const ok = stopReason === 'end_turn' && fault === null;
      const structured = ok ? structuredOf(answer) : undefined;
      const summary = fault ?? summaryOf(answer, structured);
      const last = finish(end, { who: cli.who, ok, summary, structured });
      if (last.status !== 'failed' || fault !== null) return [...events, last];
      const problem = firstStderrLine || `${cli.who} ${describeEnd(end)} before it was done`;
      const error = fatal({ class: 'protocol' }, problem);
      return [...events, ...error, { ...last, summary: problem }];
    },

    session: () => session,
  };

  /** Why a turn that stopped is no success. */
  function stopped(reason: string): AgentEvent[] {
    const over = modelCalls.whyOver();
    if (over !== null) return fatal(cli.classify({ code: 0, message: over }), over);
    switch (reason) {
      case 'end_turn':
        return [];
      case 'max_tokens':
        return fatal({ class: 'context_overflow' }, 'The model had no room for more text.');
      case 'max_turn_requests':
        return fatal({ class: 'protocol' }, `${cli.who} has called its model as often as it may.`);
      case 'refusal':
        return fatal({ class: 'policy' }, 'The model refused to go on.');
      default:
        return fatal({ class: 'protocol' }, `${cli.who} stopped: ${firstPart(reason, 100)}`);
    }
  }
}

const serversOf = (request: AgentRequest): McpServer[] =>
  reachedServers(request).map(server => {
    if ('url' in server) return { type: 'http', headers: [], ...server };
    const env = Object.entries(server.env).map(([name, value]) => ({ name, value }));
    return { ...server, env };
  });

/** A prompt that begins with one of these would be a command to the CLI. */
function promptOf({ prompt, outputSchema }: AgentRequest): string {
  const text = withSchema(prompt, outputSchema);
  return /^[/$]/.test(text.trimStart()) ? `The task:\n\n${text}` : text;
}

const errorOf = (failure: AcpFailure, message: string, fatal: boolean): AgentEvent =>
  Object.assign({ type: 'error' as const, message: firstPart(message, 2_000), fatal }, failure);

/** It is a sum over the session, at prices that the CLI was configured with. */
const costOf = (usd: number): AgentEvent => ({
  type: 'cost',
  usd,
  basis: 'configured',
  scope: 'session',
});

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
