/** What Gatehouse asks of Codex's app-server, in this order: each waits for the answer to the one before. */
import type { AgentRequest } from '../../../engine/ports/agent.ts';
import { SANDBOX_WORK } from '../../../engine/ports/sandbox.ts';
import type {
  InitializeParams,
  ThreadResumeParams,
  ThreadStartParams,
  TurnStartParams,
  TurnSteerParams,
  UserInput,
} from './protocol.generated.ts';

/** The ids of the requests. */
export const INITIALIZE = 1;
export const THREAD = 2;
export const TURN = 3;
export const FIRST_STEER = 4;

/** Notifications that grow with the answer, or that nobody reads. */
const UNREAD = [
  'account/rateLimits/updated',
  'item/agentMessage/delta',
  'item/commandExecution/outputDelta',
  'item/fileChange/outputDelta',
  'item/fileChange/patchUpdated',
  'item/mcpToolCall/progress',
  'item/plan/delta',
  'item/reasoning/summaryPartAdded',
  'item/reasoning/summaryTextDelta',
  'item/reasoning/textDelta',
  'remoteControl/status/changed',
  'thread/started',
  'thread/status/changed',
  'turn/diff/updated',
];

const line = (message: object): string => `${JSON.stringify(message)}\n`;

export function initialize(): string {
  const params: InitializeParams = {
    clientInfo: { name: 'gatehouse', title: 'Gatehouse', version: '1' },
    capabilities: {
      experimentalApi: false,
      requestAttestation: false,
      optOutNotificationMethods: UNREAD,
    },
  };
  return line({ id: INITIALIZE, method: 'initialize', params });
}

/** Starts the thread, or takes up the one that the request names. */
export function openThread(
  { session, readOnly, instructions }: AgentRequest,
  model: string,
): string {
  const settings: ThreadStartParams = {
    cwd: SANDBOX_WORK,
    model,
    // It asks before everything; its own sandbox can't run inside ours.
    approvalPolicy: 'untrusted',
    approvalsReviewer: 'user',
    sandbox: 'danger-full-access',
    developerInstructions: [instructions, ...(readOnly ? [READ_ONLY] : [])].join('\n\n'),
  };
  const resumed: ThreadResumeParams | null =
    session === null ? null : { ...settings, threadId: session, excludeTurns: true };
  return (
    line({ method: 'initialized' }) +
    line(
      resumed
        ? { id: THREAD, method: 'thread/resume', params: resumed }
        : { id: THREAD, method: 'thread/start', params: settings },
    )
  );
}

const READ_ONLY =
  'You may look and answer. You may change no file: the repository is mounted read-only.';

export function startTurn({ prompt, outputSchema }: AgentRequest, threadId: string): string {
  const params: Omit<TurnStartParams, 'outputSchema'> = { threadId, input: [said(prompt)] };
  const schema = outputSchema && withoutLengths(outputSchema);
  return line({ id: TURN, method: 'turn/start', params: { ...params, outputSchema: schema } });
}

/** OpenAI refuses schemas that limit the length of a text; the engine checks the answer itself. */
function withoutLengths(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutLengths);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== 'minLength' && key !== 'maxLength' && key !== '$schema')
      .map(([key, value]) => [key, withoutLengths(value)]),
  );
}

/** Adds something for the agent to read before it goes on with its turn. */
export function steer(id: number, of: { threadId: string; turnId: string; text: string }): string {
  const { threadId, turnId, text } = of;
  const params: TurnSteerParams = { threadId, expectedTurnId: turnId, input: [said(text)] };
  return line({ id, method: 'turn/steer', params });
}

export const answer = (id: string | number, result: object): string => line({ id, result });

export const refuse = (id: string | number, message: string): string =>
  line({ id, error: { code: -32601, message } });

const said = (text: string): UserInput => ({ type: 'text', text, text_elements: [] });
