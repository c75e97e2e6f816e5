/**
 * Runs inside the sandbox between an agent's CLI and an MCP server that is started there: both speak
 * JSON-RPC by lines. A call of a tool reaches the server once policy allows it.
 */
import { spawn } from 'node:child_process';
import { deniedCall, type McpMessage, readMcpMessage } from '../../../../core/mcp-message.ts';
import { readLines } from '../../api/program/read-lines.ts';

const [, , name = '', decide = '', command = '', ...args] = process.argv;

const lineOf = (message: McpMessage): string => `${JSON.stringify(message)}\n`;

const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
server.once('error', error => {
  process.stderr.write(`Gatehouse: the MCP server ${name} can't be started: ${error.message}\n`);
  process.exit(127);
});
server.once('exit', code => process.exit(code ?? 1));
void passAnswers();
// A server that is gone ends this process, which tells the CLI.
server.stdin.on('error', () => {});

/** Whole lines, because answers of our own go between them. */
async function passAnswers(): Promise<void> {
  for await (const line of readLines(server.stdout)) process.stdout.write(`${line}\n`);
}

const toServer = (message: McpMessage): void => void server.stdin.write(lineOf(message));
const toAgent = (message: McpMessage): void => void process.stdout.write(lineOf(message));

/** Why the call may not be made; `null`: it may. */
async function refusalOf(question: object): Promise<string | null> {
  try {
    const answered = await fetch(decide, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
    });
    const answer: unknown = await answered.json();
    const isAnswer = typeof answer === 'object' && answer !== null && 'outcome' in answer;
    if (isAnswer && answer.outcome === 'allow') return null;
    return isAnswer && 'reason' in answer ? String(answer.reason) : '';
  } catch {
    return 'Policy could not be asked.';
  }
}

async function take(message: McpMessage): Promise<void> {
  const asked = readMcpMessage(message);
  if (asked.kind === 'passes') return toServer(message);
  if (asked.kind === 'refused') return toAgent(asked.answer);
  const { tool, arguments: given } = asked;
  const refused = await refusalOf({ action: 'mcp.call', server: name, tool, arguments: given });
  if (refused === null) toServer(message);
  else toAgent(deniedCall(message, `${name}/${tool}`, refused));
}

/** It is sent on as it was read, so that the server reads nothing else in it. */
function messageIn(line: string): McpMessage | null {
  try {
    const read: unknown = JSON.parse(line);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return { ...read };
  } catch {
    // What is no JSON is told below, like JSON that is no object.
  }
  process.stderr.write('Gatehouse: a line for an MCP server is no JSON object: it is dropped.\n');
  return null;
}

for await (const line of readLines(process.stdin)) {
  const message = line.trim() === '' ? null : messageIn(line);
  if (message) void take(message);
}
server.stdin.end();
