/** How each agent calls its own tools: the names and arguments that the pinned CLIs advertise. */
import { SANDBOX_WORK } from '../../src/engine/ports/sandbox.ts';
import { type Answer, type Call, TURN_USAGE, type Turn } from './answer.ts';
import { addFile, updateFile } from './apply-patch.ts';

/** A tool that a request offers. */
export type OfferedTool = { name: string; namespace?: string };

type Edit = { path: string; before: string; after: string };
type Write = { path: string; text: string };

/** By the name of the tool; the first one that is offered is called. */
const SHELLS: Record<string, (command: string) => unknown> = {
  // Codex
  exec_command: cmd => ({ cmd, yield_time_ms: 30_000 }),
  // Claude Code
  Bash: command => ({ command, description: 'scripted' }),
  // Gemini
  run_shell_command: command => ({ command, description: 'scripted' }),
  // OpenCode, Kilo, Copilot
  bash: command => ({ command, description: 'scripted' }),
  // The agent without a CLI
  run: command => ({ command }),
};

const WRITES: Record<string, (write: Write) => unknown> = {
  Write: ({ path, text }) => ({ file_path: absolute(path), content: text }),
  write_file: ({ path, text }) => ({ file_path: absolute(path), content: text }),
  write: ({ path, text }) => ({ filePath: absolute(path), content: text }),
  create: ({ path, text }) => ({ path: absolute(path), file_text: text }),
};

const EDITS: Record<string, (edit: Edit) => unknown> = {
  Edit: ({ path, before, after }) => ({
    file_path: absolute(path),
    old_string: before,
    new_string: after,
  }),
  replace: ({ path, before, after }) => ({
    file_path: absolute(path),
    instruction: 'scripted',
    old_string: before,
    new_string: after,
  }),
  edit: ({ path, before, after }) => ({
    filePath: absolute(path),
    oldString: before,
    newString: after,
  }),
};

/** Agents that edit a file only once they have read it. */
const READS: Record<string, (path: string) => unknown> = {
  Read: path => ({ file_path: absolute(path) }),
  read: path => ({ filePath: absolute(path) }),
};

/** The tool by which Codex finds those of MCP servers. */
const SEARCH_TOOL = 'tool_search';

/** The tool that takes a structured answer. */
const ANSWER_TOOL = 'StructuredOutput';

/** The turns as answers of a model that has these tools: a turn may take more calls than one. */
export function answersTo(turns: readonly Turn[], offered: readonly OfferedTool[]): Answer[] {
  return turns.flatMap(turn => {
    const texts = [turn.say ?? []].flat();
    const { outputTokens = TURN_USAGE.output } = turn;
    const calls = callsOf(turn, offered);
    if (typeof calls === 'string') return [{ texts: [...texts, calls], call: null, outputTokens }];
    const [first = null, ...more] = calls;
    return [
      { texts, call: first, outputTokens },
      ...more.map(call => ({ texts: [], call, outputTokens })),
    ];
  });
}

/** What is called; a text is said instead where no tool can do it. */
function callsOf(turn: Turn, offered: readonly OfferedTool[]): Call[] | string {
  const has = (name: string) => offered.some(tool => tool.name === name);
  const by = <T>(tools: Record<string, (value: T) => unknown>, value: T): Call[] => {
    const found = Object.entries(tools).find(([name]) => has(name));
    return found ? [{ name: found[0], arguments: found[1](value) }] : [];
  };
  const orSay = (calls: Call[], what: string) =>
    calls.length > 0 ? calls : `I have no tool to ${what}.`;

  if ('shell' in turn) return orSay(by(SHELLS, turn.shell), 'run commands');
  // Codex and Copilot take a patch as it is, others as an argument.
  const patch = (text: string): Call[] => [
    has('exec_command') || has('view')
      ? { name: 'apply_patch', input: text }
      : { name: 'apply_patch', arguments: { patchText: text } },
  ];
  if ('patch' in turn) return patch(turn.patch);
  if ('write' in turn) {
    const { path, text } = turn.write;
    if (has('apply_patch')) return patch(addFile(path, text));
    return orSay(by(WRITES, turn.write), 'write files');
  }
  if ('edit' in turn) {
    const { path, before, after } = turn.edit;
    if (has('apply_patch')) return patch(updateFile(path, before, after));
    const edit = by(EDITS, turn.edit);
    return orSay(edit.length > 0 ? [...by(READS, path), ...edit] : [], 'edit files');
  }
  if ('mcp' in turn) {
    const { server, tool, arguments: given } = turn.mcp;
    const found = offered.find(one => isToolOf(one, server, tool));
    // Where tools are only found by a search, each script searches first, so that its turns stay the same.
    if (has(SEARCH_TOOL)) {
      const search = { name: SEARCH_TOOL, arguments: { query: `${server} ${tool}` } };
      return [search, { ...(found ?? { name: tool }), arguments: given }];
    }
    return found ? [{ ...found, arguments: given }] : `I have no tool ${tool} of ${server}.`;
  }
  if ('call' in turn) return [turn.call];
  if ('answer' in turn) {
    if (has(ANSWER_TOOL)) return [{ name: ANSWER_TOOL, arguments: turn.answer }];
    return `\`\`\`json\n${JSON.stringify(turn.answer, null, 2)}\n\`\`\``;
  }
  return [];
}

/** Each CLI joins the names of the server and the tool in its own way. */
const isToolOf = ({ name, namespace = '' }: OfferedTool, server: string, tool: string): boolean =>
  `${namespace}_${name}`.includes(server) && name.endsWith(tool);

const absolute = (path: string): string =>
  path.startsWith('/') ? path : `${SANDBOX_WORK}/${path}`;
