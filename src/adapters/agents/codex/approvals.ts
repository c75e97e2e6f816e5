/**
 * What Codex asks before it acts, as questions to policy, and the answers in its words. What can't be
 * asked of policy is refused, so that nothing that a later version asks about passes by.
 */
import { z } from 'zod';
import type { AgentRequest } from '../../../engine/ports/agent.ts';
import { isAskedLater } from '../mcp/servers.ts';
import type { CodexQuestion } from './messages.ts';
import type {
  CommandExecutionRequestApprovalResponse,
  DynamicToolCallResponse,
  FileChangeRequestApprovalResponse,
  McpServerElicitationRequestResponse,
  PermissionsRequestApprovalResponse,
  ToolRequestUserInputResponse,
} from './protocol.generated.ts';

/** What is asked of policy: all of it must be allowed. `refused` says why nothing can be. */
type Wanted =
  | { questions: readonly object[] }
  | { refused: string }
  /** Policy is asked where the call is made. */
  | 'asked later';

export type CodexApproval = {
  /** Whom it is about, where it is a call of a tool. */
  callId: string | null;
  /** What it wants to do, for the agent to read in a denial. */
  what: string;
  wanted: Wanted;
  /** The answer on the wire. */
  answer(allowed: boolean): object;
};

const CommandParams = z.object({
  itemId: z.string(),
  kind: z.string().default('command'),
  command: z.string().nullish(),
  cwd: z.string().nullish(),
  networkApprovalContext: z.object({ host: z.string() }).nullish(),
});
const ChangeParams = z.object({ itemId: z.string() });
/** An MCP tool's approval is put as a form; its `_meta` says which call it is about. */
const Elicitation = z.object({
  serverName: z.string(),
  _meta: z
    .object({ codex_approval_kind: z.literal('mcp_tool_call'), tool_name: z.string() })
    .optional()
    .catch(undefined),
});

/** `pathsOf`: what the change with this id writes, as its item said; `null`: no item did. */
export function approvalOf(
  { method, params }: CodexQuestion,
  request: Pick<AgentRequest, 'servers'>,
  pathsOf: (callId: string) => readonly string[] | null,
): CodexApproval | null {
  switch (method) {
    case 'item/commandExecution/requestApproval': {
      const asked = CommandParams.safeParse(params).data;
      return {
        callId: asked?.itemId ?? null,
        what: asked?.command ? `\`${asked.command}\`` : 'this command',
        wanted: commandWanted(asked),
        answer: (allowed): CommandExecutionRequestApprovalResponse => ({
          decision: allowed ? 'accept' : 'decline',
        }),
      };
    }
    case 'item/fileChange/requestApproval': {
      const callId = ChangeParams.safeParse(params).data?.itemId ?? null;
      const paths = callId === null ? null : pathsOf(callId);
      return {
        callId,
        what: paths ? `Changing ${paths.join(', ')}` : 'This change',
        wanted: paths?.length
          ? { questions: paths.map(path => ({ action: 'file.write', callId, path })) }
          : { refused: 'It does not say what it changes.' },
        answer: (allowed): FileChangeRequestApprovalResponse => ({
          decision: allowed ? 'accept' : 'decline',
        }),
      };
    }
    case 'mcpServer/elicitation/request': {
      const asked = Elicitation.safeParse(params).data;
      const tool = asked?._meta?.tool_name;
      return {
        callId: null,
        what: tool ? `Calling ${asked.serverName}/${tool}` : 'What the MCP server asks for',
        wanted: toolWanted(request, asked),
        answer: (allowed): McpServerElicitationRequestResponse => ({
          action: allowed ? 'accept' : 'decline',
          content: allowed ? {} : null,
          _meta: null,
        }),
      };
    }
    case 'item/permissions/requestApproval':
      return {
        callId: null,
        what: 'Asking for more permissions',
        wanted: { refused: 'The sandbox gives none: ask for each command and change.' },
        answer: (): PermissionsRequestApprovalResponse => ({ permissions: {}, scope: 'turn' }),
      };
    case 'item/tool/requestUserInput':
      return {
        callId: null,
        what: 'Asking a person',
        wanted: { refused: 'Nobody can answer while you work. Decide it, and say how you did.' },
        answer: (): ToolRequestUserInputResponse => ({ answers: {} }),
      };
    case 'item/tool/call':
      return {
        callId: null,
        what: 'Calling this tool',
        wanted: { refused: 'There is no such tool here.' },
        answer: (): DynamicToolCallResponse => ({ contentItems: [], success: false }),
      };
    default:
      return null;
  }
}

function toolWanted(
  request: Pick<AgentRequest, 'servers'>,
  asked: z.infer<typeof Elicitation> | undefined,
): Wanted {
  if (!asked?._meta) return { refused: 'Servers get no answers from people here.' };
  const { serverName: server, _meta } = asked;
  if (isAskedLater(request, server)) return 'asked later';
  return { questions: [{ action: 'mcp.call', server, tool: _meta.tool_name }] };
}

function commandWanted(asked: z.infer<typeof CommandParams> | undefined): Wanted {
  if (asked?.kind === 'writeStdin')
    return { refused: 'A process that runs gets no input: give all of it with the command.' };
  if (!asked?.command || asked.networkApprovalContext)
    return { refused: 'It does not say what it runs.' };
  const { itemId: callId, command, cwd } = asked;
  return { questions: [{ action: 'command.exec', callId, ...(cwd && { cwd }), command }] };
}
