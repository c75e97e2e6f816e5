/** One process in the sandbox, read to its end. */
import type { AgentEvent, Usage } from '../../../core/agent-event.ts';
import type { AgentAdapter, AgentReader, AgentRequest } from '../../ports/agent.ts';
import type { OpenGateway } from '../../ports/gateway.ts';
import type { Limits, Sandbox, SandboxEnd } from '../../ports/sandbox.ts';
import type { Workspace } from '../../ports/workspace.ts';
import { disagreements } from '../../spending/reconcile.ts';
import { redactDeltas } from '../redaction/redact-deltas.ts';
import { redactInSlices } from '../redaction/redact-in-slices.ts';
import { createTimeSlices } from '../redaction/time-slices.ts';
import type { Channel } from './channel.ts';
import { isDecision, type Journal } from './journal.ts';
import { createLastLines } from './last-lines.ts';
import { createPrintedStream } from './printed-stream.ts';
import { createTally } from './tally.ts';
import { failedWithoutAnswer } from './without-answer.ts';

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

/** Characters of both streams that are kept in the order in which they came. */
const LAST_LINES = 1024 * 1024;
/** A run that reports more is ended, as one that prints more than its limit. */
const MOST_EVENTS = 50_000;

/** What a process is started with, and who reads it. */
export type Execution = {
  adapter: AgentAdapter;
  reader: AgentReader;
  channel: Channel;
  journal: Journal;
  request: AgentRequest;
  workspace: Workspace;
  /** Where below the work tree it begins. */
  directory: string;
  sandbox: Sandbox;
  gateway: OpenGateway | null;
  /** What its calls of models cost so far, in billionths of a US dollar; `null`: it is not known. */
  paid: () => number | null;
  env: Record<string, string>;
  binds: { from: string; to: string }[];
  limits: Limits;
  signal: AbortSignal;
  redact: (text: string) => string;
};

/** `started`: called once its process runs; where it throws before, nothing has. */
export async function execute(of: Execution, started: () => void = () => {}): Promise<Executed> {
  const { adapter, reader, channel, journal, request, workspace, sandbox, gateway, redact } = of;
  const launch = adapter.launch(request);
  const tooMuch = new AbortController();
  const process = await sandbox.start({
    argv: launch.argv,
    env: { ...of.env, ...launch.env },
    workTree: workspace.workTree,
    directory: of.directory,
    readOnly: request.readOnly,
    masks: request.repositoryConfig ? [] : launch.masks,
    binds: [...of.binds, ...workspace.binds, ...launch.binds],
    homeFiles: launch.homeFiles,
    home: adapter.home === null ? null : { from: workspace.home, to: adapter.home },
    gateway: gateway && { folder: gateway.folder },
    stdin: launch.stdin,
    limits: of.limits,
    signal: AbortSignal.any([of.signal, tooMuch.signal, channel.overdue]),
  });
  started();
  const outputs = { stdout: createPrintedStream(), stderr: createPrintedStream() };
  const lastLines = createLastLines(LAST_LINES);
  const tally = createTally();
  const slices = createTimeSlices();
  const report = (events: AgentEvent[], line: string | null) => {
    tally.add(events);
    journal.add(events, line);
    if (tally.events() > MOST_EVENTS) tooMuch.abort();
  };
  // An agent can't put what policy said into the record.
  const reportOwn = (events: AgentEvent[], line: string | null) =>
    report(
      events.filter(event => !isDecision(event)),
      line,
    );
  const take = (stream: 'stdout' | 'stderr', line: string) => {
    lastLines.add(line);
    reportOwn(reader.line(stream, line), line);
  };
  channel.connect(process, events => reportOwn(events, null));
  for await (const { stream, chunk } of process.output)
    for (const line of outputs[stream].lines(chunk)) {
      if (tooMuch.signal.aborted) break;
      take(stream, line);
      if (slices.over()) await slices.next();
    }
  for (const stream of ['stdout', 'stderr'] as const) {
    const line = outputs[stream].rest();
    if (line !== null && !tooMuch.signal.aborted) take(stream, line);
  }
  const ended = await process.done.finally(async () => {
    // A reader that converses may need a turn for the last lines.
    await slices.next();
    channel.disconnect();
  });
  const end = of.signal.aborted ? ended : asEnded(ended, tooMuch.signal, channel.overdue);
  const passed = gateway?.report() ?? null;
  const told = reader.end(end);
  const seen = { call: passed?.lastCall ?? null, error: tally.error() };
  const last = passed && request.model ? failedWithoutAnswer(told, seen) : told;
  tally.add(last);
  const counted = passed && { usage: passed.usage, nanoUsd: of.paid() };
  journal.add([...(counted ? disagreements(tally.used(), counted) : []), ...last], null);
  const finished = tally.finished();
  if (finished === null) throw new Error(`adapter "${adapter.name}" did not close its journal`);
  const error = tally.error();
  const session = reader.session();
  const redacted = <E extends AgentEvent>(event: E): E => JSON.parse(redact(JSON.stringify(event)));
  return {
    end,
    finished: redacted(finished),
    error: error && redacted(error),
    session: session && redact(session),
    usage: tally.used().usage,
    journal,
    stdout: await redactDeltas(await redactInSlices(outputs.stdout.text(), redact), redact),
    stderr: await redactInSlices(outputs.stderr.text(), redact),
    lastLines: redact(lastLines.text()),
  };
}

/** How it ended where we ended it: for too many events, or because its conversation was over. */
function asEnded(ended: SandboxEnd, tooMuch: AbortSignal, overdue: AbortSignal): SandboxEnd {
  if (ended.by !== 'aborted') return ended;
  if (tooMuch.aborted) return { ...ended, by: 'output_limit' };
  return overdue.aborted ? { ...ended, by: 'exit', exitCode: 0, signal: null } : ended;
}
