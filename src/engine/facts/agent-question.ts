/** The question that an agent asks from inside the sandbox before it does something: how it is put, what it is about. */
import { posix } from 'node:path';
import { z } from 'zod';
import { commandText } from '../../core/command-line.ts';
import { hostName } from '../../core/host-name.ts';
import { readArgv, readShellLine } from '../../core/shell/read-line.ts';
import type { Run } from '../../core/task/state/state.ts';
import { firstPart } from '../../core/text/first-part.ts';
import { SANDBOX_HOME, SANDBOX_WORK } from '../ports/sandbox.ts';
import type { OwnFacts } from './circumstances.ts';

const Text = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\p{Cc}]+$/u, 'holds control characters');
/** The longest arguments of a tool that are judged, as JSON. Characters. */
const MOST_ARGUMENTS = 16 * 1024;
/** Zod would leave a field of this name out, and nobody would judge it. */
const UNJUDGED = '__proto__';
const ToolArguments = z
  .custom<Record<string, unknown>>(
    given => typeof given === 'object' && given !== null && !Array.isArray(given),
    'are no JSON object',
  )
  .refine(given => !Object.hasOwn(given, UNJUDGED), `hold "${UNJUDGED}"`)
  .refine(
    given => JSON.stringify(given).length <= MOST_ARGUMENTS,
    `are longer than ${MOST_ARGUMENTS} characters`,
  );
/** Which of the agent's calls it is about; comes back in the run's journal. */
const AgentCall = { callId: z.string().max(200).optional() };

export const AgentQuestion = z.discriminatedUnion('action', [
  z.strictObject({
    ...AgentCall,
    action: z.literal('command.exec'),
    /** As argv, or as the line that a shell would be given. */
    command: z.union([
      z.string().min(1).max(65_536),
      z.array(z.string().max(65_536)).min(1).max(4096),
    ]),
    /** The folder that it runs in, relative to the work tree or absolute; missing: the work tree. */
    cwd: Text.optional(),
  }),
  z.strictObject({
    ...AgentCall,
    action: z.literal('file.write'),
    /** Below the work tree: relative to it, or absolute. */
    path: Text,
  }),
  z.strictObject({
    ...AgentCall,
    action: z.literal('net.connect'),
    host: Text,
    port: z.number().int().min(1).max(65_535),
  }),
  z.strictObject({
    ...AgentCall,
    action: z.literal('mcp.call'),
    server: Text,
    tool: Text,
    arguments: ToolArguments.default({}),
  }),
]);
export type AgentQuestion = z.infer<typeof AgentQuestion>;

/** Asked by the gateway, once for each model that the agent's requests name. */
export type ModelQuestion = {
  action: 'model.call';
  callId?: undefined;
  provider: string;
  model: string;
};

const ACTIONS: readonly string[] = AgentQuestion.options.map(({ shape }) => shape.action.value);

/** A question as it was put, or what is wrong with it. */
export function readQuestion(
  asked: unknown,
): { ok: true; question: AgentQuestion } | { ok: false; problem: string } {
  const parsed = AgentQuestion.safeParse(asked);
  if (parsed.success) return { ok: true, question: parsed.data };
  const action = typeof asked === 'object' && asked && 'action' in asked ? asked.action : undefined;
  if (typeof action !== 'string' || !ACTIONS.includes(action))
    return {
      ok: false,
      problem: `Unknown action ${JSON.stringify(action)?.slice(0, 60) ?? ''}: ask about ${ACTIONS.join(', ')}.`,
    };
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { ok: false, problem: `The question can't be read: ${faults.join('; ').slice(0, 500)}.` };
}

/** What policy is asked for one question: all of it has to be allowed. */
export type QuestionParts = {
  parts: OwnFacts[];
  /** The line of which they are parts, as it was put; `null` where one part says everything. */
  line: string | null;
};

/** What the question adds to the circumstances of its run; a string says why it can only be denied. */
export function askedBy(question: AgentQuestion | ModelQuestion, run: Run): QuestionParts | string {
  const context = { step: run.step, executor: run.executor.kind };
  const one = (part: OwnFacts): QuestionParts => ({ parts: [part], line: null });
  switch (question.action) {
    case 'command.exec':
      return partsOfCommand(question, context);
    case 'file.write':
      return one(writeOf(inTree(question.path)));
    case 'net.connect': {
      const { action, host, port } = question;
      const name = hostName(host);
      if (name === null) return 'A host is asked about by its name; addresses are not reached.';
      return one({ action, resource: { kind: 'host', name, port }, context });
    }
    case 'mcp.call': {
      const { action, server, tool: name, arguments: given } = question;
      return one({ action, resource: { kind: 'tool', server, name, arguments: given }, context });
    }
    case 'model.call': {
      const { action, provider, model } = question;
      return one({ action, resource: { kind: 'model', provider, name: model }, context });
    }
  }
}

/** A part of the line, as people are asked about it: they approve the line as a whole. */
export function inLine(part: OwnFacts, line: string): OwnFacts {
  switch (part.action) {
    case 'command.exec':
      return { ...part, resource: { ...part.resource, line } };
    case 'file.write':
      return { ...part, resource: { ...part.resource, line } };
    default:
      return part;
  }
}

type CallContext = Extract<OwnFacts, { action: 'command.exec' }>['context'];

type CommandQuestion = Extract<AgentQuestion, { action: 'command.exec' }>;

function partsOfCommand(question: CommandQuestion, context: CallContext): QuestionParts | string {
  const command = inFolder(question);
  if (command === null)
    return 'It would run outside of the repository: run it in a folder of the repository.';
  const read = Array.isArray(command) ? readArgv(command) : readShellLine(command);
  if (!read.ok) return read.problem;
  const parts = read.parts.flatMap((part): OwnFacts[] => {
    if (part.kind === 'command') {
      const { kind, argv, plain, runs } = part;
      const resource = { kind, argv, ...(plain && { plain }), ...(runs && { runs }) };
      return [{ action: 'command.exec', resource, context }];
    }
    const path = inTree(part.path);
    return isOutside(path) ? [] : [writeOf(path)];
  });
  const line = Array.isArray(command) ? commandText(command) : command;
  return { parts, line: read.isPlain ? null : line };
}

/**
 * A command that runs in a folder of the work tree is judged, and shown to people, as the line that goes
 * there first; `null`: it runs outside.
 */
function inFolder({ command, cwd = '.' }: CommandQuestion): string | string[] | null {
  const folder = posix.resolve(SANDBOX_WORK, cwd);
  if (folder === SANDBOX_WORK) return command;
  if (!folder.startsWith(`${SANDBOX_WORK}/`)) return null;
  const below = folder.slice(SANDBOX_WORK.length + 1);
  const line = Array.isArray(command) ? commandText(command) : command;
  return `${commandText(['cd', `./${below}`])} && {\n${line}\n}`;
}

const writeOf = (path: string): OwnFacts => ({
  action: 'file.write',
  resource: { kind: 'path', path },
  context: { findings: [] },
});

/** Relative to the work tree, without `.` and `..`; absolute where it leaves it, which policy refuses. */
function inTree(path: string): string {
  const resolved = posix.resolve(SANDBOX_WORK, path.replace(/^~(?=\/|$)/, SANDBOX_HOME));
  return resolved.startsWith(`${SANDBOX_WORK}/`)
    ? resolved.slice(SANDBOX_WORK.length + 1)
    : resolved;
}

/** Lines write there what ends with the run, which nobody is asked about. */
const isOutside = (path: string): boolean =>
  ['/tmp/', `${SANDBOX_HOME}/`, '/dev/fd/'].some(folder => path.startsWith(folder)) ||
  ['/dev/null', '/dev/stdout', '/dev/stderr', '/dev/tty'].includes(path);

/** What a journal has of a command. Characters. */
const LONGEST_LINE = 500;

/** What the question is about, in a line of the run's journal. `cut`: how a long command is cut. */
export function lineOf(question: AgentQuestion | ModelQuestion, cut = firstPart): string {
  switch (question.action) {
    case 'command.exec': {
      const command = inFolder(question) ?? question.command;
      return cut(Array.isArray(command) ? command.join(' ') : command, LONGEST_LINE);
    }
    case 'file.write':
      return question.path;
    case 'net.connect':
      return `${question.host}:${question.port}`;
    case 'mcp.call':
      return `${question.server}/${question.tool}`;
    case 'model.call':
      return `${question.provider}/${question.model}`;
  }
}
