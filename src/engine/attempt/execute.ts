/** One process in the sandbox, read to its end. */
import { type AgentEvent, addUsage, NO_USAGE, type Usage } from '../../core/agent-event.ts';
import type { AgentAdapter, AgentReader, AgentRequest } from '../ports/agent.ts';
import type { OpenGateway } from '../ports/gateway.ts';
import type { Limits, Sandbox, SandboxEnd } from '../ports/sandbox.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Journal } from './journal.ts';
import { createLastLines } from './last-lines.ts';

export type Executed = {
  end: SandboxEnd;
  finished: Extract<AgentEvent, { type: 'session.finished' }>;
  /** The last error that ended it, where one did. */
  error: Extract<AgentEvent, { type: 'error' }> | null;
  session: string | null;
  usage: Usage;
  journal: Journal;
  stdout: string;
  stderr: string;
  /** The end of both streams, line by line as they came. */
  lastLines: string;
};

/** A longer line is cut: nothing an agent prints may fill our memory. */
const LINE_LIMIT = 8 * 1024 * 1024;
/** Characters of both streams that are kept in the order in which they came. */
const LAST_LINES = 1024 * 1024;

/** What a process is started with, and who reads it. */
export type Execution = {
  adapter: AgentAdapter;
  reader: AgentReader;
  journal: Journal;
  request: AgentRequest;
  workspace: Workspace;
  /** Where below the work tree it begins. */
  directory: string;
  sandbox: Sandbox;
  gateway: OpenGateway | null;
  env: Record<string, string>;
  binds: { from: string; to: string }[];
  limits: Limits;
  signal: AbortSignal;
  redact: (text: string) => string;
};

export async function execute(of: Execution): Promise<Executed> {
  const { adapter, reader, journal, request, workspace, sandbox, gateway, redact } = of;
  const launch = adapter.launch(request);
  const process = await sandbox.start({
    argv: launch.argv,
    env: { ...of.env, ...launch.env },
    workTree: workspace.workTree,
    directory: of.directory,
    readOnly: request.readOnly,
    binds: [...of.binds, ...workspace.binds, ...launch.binds],
    homeFiles: launch.homeFiles,
    home: adapter.home === null ? null : { from: workspace.home, to: adapter.home },
    gateway: gateway && { folder: gateway.folder },
    stdin: launch.stdin,
    limits: of.limits,
    signal: of.signal,
  });
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  const splitters = { stdout: lineSplitter(), stderr: lineSplitter() };
  const lastLines = createLastLines(LAST_LINES);
  const take = (stream: 'stdout' | 'stderr', line: string) => {
    lastLines.add(line);
    const { events, reply } = reader.line(stream, line);
    journal.add(events.filter(isItsOwn), line);
    if (reply !== null) process.write(reply);
  };
  for await (const { stream, chunk } of process.output) {
    const lines = splitters[stream](chunk);
    chunks[stream].push(chunk);
    for (const line of lines) take(stream, line);
  }
  for (const stream of ['stdout', 'stderr'] as const)
    for (const line of splitters[stream](null)) take(stream, line);
  const end = await process.done;
  journal.add(reader.end(end), null);
  const events = journal.lines().map(line => line.event);
  const finished = events.at(-1);
  if (finished?.type !== 'session.finished')
    throw new Error(`adapter "${adapter.name}" did not close its journal`);
  return {
    end,
    finished,
    error: events.filter(event => event.type === 'error').findLast(({ fatal }) => fatal) ?? null,
    session: reader.session(),
    usage: usageOf(events),
    journal,
    stdout: redact(textOf(chunks.stdout)),
    stderr: redact(textOf(chunks.stderr)),
    lastLines: redact(lastLines.text()),
  };
}

/** What policy said is ours to tell: an agent can't put it into the record. */
const isItsOwn = (event: AgentEvent): boolean =>
  event.type !== 'tool.allowed' &&
  event.type !== 'tool.waiting' &&
  !(event.type === 'tool.denied' && event.by === 'policy');

/** Decoded as a whole: a character may be cut in two between chunks. */
const textOf = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8');

/** What the agent says it used; where it went through the gateway, the gateway's count is used. */
function usageOf(events: AgentEvent[]): Usage {
  const run = events.findLast(event => event.type === 'usage' && event.scope !== 'step');
  if (run?.type === 'usage') return run.usage;
  return events.reduce(
    (sum, event) => (event.type === 'usage' ? addUsage(sum, event.usage) : sum),
    NO_USAGE,
  );
}

/** Complete lines of a byte stream; `null` asks for the rest. */
function lineSplitter(): (chunk: Buffer | null) => string[] {
  const decoder = new TextDecoder();
  let rest = '';
  return chunk => {
    rest += chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    const lines = rest.split('\n');
    rest = chunk ? (lines.pop() ?? '') : '';
    if (rest.length > LINE_LIMIT) {
      lines.push(rest.slice(0, LINE_LIMIT));
      rest = '';
    }
    return chunk ? lines : lines.filter(line => line !== '');
  };
}
