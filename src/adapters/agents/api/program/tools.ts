/** The tools: each call is told, asked about where it acts, and carried out here. */
import { randomUUID } from 'node:crypto';
import { type Schema, type ToolResultPart, type ToolSet, tool } from 'ai';
import { z } from 'zod';
import type { AgentEvent } from '../../../../core/agent-event.ts';
import type { ApiStart, AskPolicy, Print, ToolQuestion } from '../protocol.ts';
import { runCommand } from './command.ts';
import { createFiles } from './files.ts';
import type { ModelCall } from './turn.ts';

export type AgentTool = {
  description: string;
  input: z.ZodType | Schema;
  kind: Extract<AgentEvent, { type: 'tool.started' }>['kind'];
  /** What has to be asked first; `null`: nothing, because it only looks, or is asked about where it is done. */
  question(input: unknown): Promise<ToolQuestion | null>;
  run(input: unknown): Promise<ToolEnd>;
};
export type ToolEnd = { ok: boolean; output: string; exitCode: number | null };

type ToolAnswer = ToolResultPart['output'];

type AgentTools = { offered: ToolSet; call(call: ModelCall): Promise<ToolAnswer> };

export function createTools(
  start: ApiStart,
  { ask, print, more }: { ask: AskPolicy; print: Print; more: Record<string, AgentTool> },
): AgentTools {
  const tools = new Map([...Object.entries(more), ...Object.entries(ownTools(start))]);
  const report = (event: AgentEvent) => print({ type: 'event', event });

  return {
    offered: Object.fromEntries(
      [...tools].map(([name, { description, input }]) => [
        name,
        tool({ description, inputSchema: input }),
      ]),
    ),

    async call({ toolCallId, toolName, input }) {
      const one = tools.get(toolName);
      if (!one) return { type: 'error-text', value: `There is no tool ${toolName}.` };
      // Some providers give the same ids in every turn.
      const callId = `${toolCallId.slice(0, 100)}-${randomUUID().slice(0, 8)}`;
      const question = await one.question(input);
      report({
        type: 'tool.started',
        callId,
        tool: toolName,
        kind: one.kind,
        input,
        ...shownOf(question),
      });
      const refused = question && (await ask({ ...question, callId }));
      // Who was asked has told it already.
      if (refused !== null) return { type: 'error-text', value: `This is not allowed: ${refused}` };
      const { ok, output, exitCode } = await one.run(input).catch((error: unknown) => ({
        ok: false,
        output: error instanceof Error ? error.message : String(error),
        exitCode: null,
      }));
      report({
        type: 'tool.finished',
        callId,
        ok,
        exitCode,
        output,
      });
      return { type: ok ? 'text' : 'error-text', value: output };
    },
  };
}

function shownOf(question: ToolQuestion | null): { command?: string; paths?: string[] } {
  if (question?.action === 'command.exec') return { command: question.command };
  return question?.action === 'file.write' ? { paths: [question.path] } : {};
}

const line = z.string().min(1);
const READ = z.object({
  filePath: line.describe('Relative to the repository, or absolute.'),
  offset: z.int().min(1).default(1).describe('The first line, from 1.'),
  limit: z.int().min(1).default(2_000).describe('The most lines.'),
});
const SEARCH = z.object({
  pattern: line.describe('An extended regular expression, as grep -E reads it.'),
  path: line.default('.').describe('The folder or file to search.'),
  include: line.optional().describe('Only files whose name matches, such as *.ts.'),
});
const EDIT = z.object({
  filePath: line,
  oldString: line.describe('The text to replace: it is in the file exactly once.'),
  newString: z.string(),
});
const WRITE = z.object({ filePath: line, content: z.string() });
const RUN = z.object({ command: line.describe('A line for sh, run in the repository.') });

/** By name; only those of the kinds that the role has. */
function ownTools({ work, tools, readOnly }: ApiStart): Record<string, AgentTool> {
  const files = createFiles(work);
  const done = (output: string): ToolEnd => ({ ok: true, output, exitCode: null });
  const asking = async (path: string): Promise<ToolQuestion> => ({
    action: 'file.write',
    path: await files.target(path),
  });
  const looks = async () => null;
  const reading: Record<string, AgentTool> = {
    read: {
      description: 'Reads a file, with the numbers of its lines.',
      input: READ,
      kind: 'tool',
      question: looks,
      async run(input) {
        const { filePath, offset, limit } = READ.parse(input);
        return done(await files.read(filePath, offset, limit));
      },
    },
    search: {
      description: 'Searches the text of files.',
      input: SEARCH,
      kind: 'tool',
      question: looks,
      async run(input) {
        const { pattern, path, include } = SEARCH.parse(input);
        return done(await files.search(pattern, path, include));
      },
    },
  };
  const editing: Record<string, AgentTool> = {
    edit: {
      description: 'Replaces a text in a file.',
      input: EDIT,
      kind: 'file_change',
      question: async input => asking(EDIT.parse(input).filePath),
      async run(input) {
        const { filePath, oldString, newString } = EDIT.parse(input);
        await files.edit(filePath, oldString, newString);
        return done(`${filePath} is changed.`);
      },
    },
    write: {
      description: 'Writes a whole file, new or not.',
      input: WRITE,
      kind: 'file_change',
      question: async input => asking(WRITE.parse(input).filePath),
      async run(input) {
        const { filePath, content } = WRITE.parse(input);
        await files.write(filePath, content);
        return done(`${filePath} is written.`);
      },
    },
  };
  const shell: Record<string, AgentTool> = {
    run: {
      description:
        'Runs a command in the repository and returns what it prints, with its exit code.',
      input: RUN,
      kind: 'command',
      question: async input => ({ action: 'command.exec', command: RUN.parse(input).command }),
      async run(input) {
        const { command } = RUN.parse(input);
        const { exitCode, output, problem } = await runCommand(['/bin/sh', '-c', command], work);
        const end = problem ?? `Exit code ${exitCode}.`;
        return { ok: exitCode === 0, output: `${output}\n${end}`.trimStart(), exitCode };
      },
    },
  };
  return {
    ...(tools.includes('read') && reading),
    ...(tools.includes('edit') && !readOnly && editing),
    ...(tools.includes('shell') && shell),
  };
}
