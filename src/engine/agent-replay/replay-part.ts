/** One part of a run is done once more, and compared with what was recorded of it. */
import { randomBytes } from 'node:crypto';
import type { AgentEvent } from '../../core/agent-event.ts';
import type { Digest } from '../../core/decision.ts';
import { stepNamed } from '../../core/graph/graph.ts';
import { createdOf } from '../../core/task/state/state.ts';
import { OFFLINE_ENV, proxyEnv } from '../../toolchain/registries.ts';
import { commandRequest } from '../attempt/command-request.ts';
import { type Executed, type Execution, execute } from '../attempt/process/execute.ts';
import { createJournal } from '../attempt/process/journal.ts';
import { redactBytes } from '../attempt/redaction/redact-in-slices.ts';
import { type Judged, judge } from '../attempt/result/judge.ts';
import { summaryOf } from '../attempt/result/summary.ts';
import { isCommand, keepsChanges, type RunContext, runName } from '../attempt/run-context.ts';
import { createExecution } from '../attempt/session/session.ts';
import { openWorkspace } from '../attempt/workspace.ts';
import { digestOf } from '../chain.ts';
import type { AskToConnect, ExchangePlayback } from '../ports/gateway.ts';
import { GATEWAY_ORIGIN } from '../ports/sandbox.ts';
import type { Workspace } from '../ports/workspace.ts';
import { chosenAgain } from './chosen-again.ts';
import { compareEnds, comparePatches } from './compare-ends.ts';
import { createDivergences, type Divergence } from './divergence.ts';
import { createPlayback } from './playback.ts';
import { preparedAgain } from './prepared-again.ts';
import { recordedDecisions, recordedHosts } from './recorded-decisions.ts';
import type { RecordedPart } from './recorded-parts.ts';
import { type RecordedRun, readRecordedRun } from './recorded-run.ts';
import type { ReplayDependencies } from './replay-dependencies.ts';
import { type SameOf, sharedCalls } from './tool-calls.ts';

export type ReplayedPart = {
  part: number;
  /** Who worked, with the version. */
  agent: string;
  /** Requests to the model: as many were recorded, and as many answered again. */
  recorded: number;
  answered: number;
  /** Calls of tools: of those that were recorded, as many were made again. */
  tools: SameOf;
  /** The digest of the patch that was kept; `null`: this part changed nothing, or its changes are dropped. */
  patch: Digest | null;
  divergence: Divergence | null;
};

type ReplayContext = Pick<RunContext, 'task' | 'folded' | 'run' | 'step' | 'chosen'> & {
  deps: ReplayDependencies;
};

export async function replayPart(
  deps: ReplayDependencies,
  task: string,
  part: RecordedPart,
): Promise<ReplayedPart> {
  const { folded, run } = part;
  const recorded = await readRecordedRun(deps, part);
  const chosen = await chosenAgain(deps, part, recorded);
  const prepared = await preparedAgain(deps, part);
  const context: ReplayContext = {
    deps,
    // A folder of its own: the run itself may still have its.
    task: `replay-${randomBytes(4).toString('hex')}-${task}`,
    folded,
    run,
    step: stepNamed(createdOf(folded.state).graph, run.step),
    chosen,
  };
  const opened = await openWorkspace(context, prepared);
  if ('refused' in opened)
    throw new Error(`the tree of ${run.id} can't be laid out again: ${opened.refused}`);
  if ('cached' in opened) throw new Error(`${run.id} installs nothing, and has no agent`);
  try {
    const waits = part.end === 'waits';
    const replayed = await replayIn(opened.workspace, context, { ...recorded, waits });
    return {
      part: part.number,
      agent: `${chosen.adapter.name} ${chosen.version}`,
      recorded: recorded.recording?.exchanges.length ?? 0,
      ...replayed,
    };
  } finally {
    await opened.workspace.close();
  }
}

async function replayIn(
  workspace: Workspace,
  context: ReplayContext,
  recorded: RecordedRun & { waits: boolean },
) {
  const { deps, chosen } = context;
  const { redact } = deps;
  const { volatile } = chosen.adapter;
  const { recording, journal, result, patch, waits } = recorded;
  const divergences = createDivergences();
  const asks = new AbortController();
  const playback = createPlayback({
    recording: recording ?? { exchanges: [], missing: null },
    read: deps.artifacts.get,
    redact,
    volatile,
    endedFromOutside: waits || result?.end.by === 'timeout',
    divergences,
  });
  const decide = recordedDecisions({
    journal,
    redact,
    divergences,
    stop: () => asks.abort(),
    answered: playback.answered,
  });
  const mayConnect = recordedHosts({ journal, divergences }, decide);
  const signal = AbortSignal.any([divergences.signal, asks.signal]);
  const done: AgentEvent[] = [];
  let ended: { executed: Executed; judged: Judged } | null = null;
  for (const request of recording?.starts ?? [
    commandRequest(runName(context), context.chosen.argv),
  ])
    ended = await executeAgain(context, {
      workspace,
      request,
      signal,
      decide,
      mayConnect,
      playback,
      does: event => void done.push(event),
    });
  if (!ended) throw new Error('the recording does not say what the agent was started with');
  const answered = playback.answered();
  const tools = sharedCalls(
    journal.map(({ event }) => event),
    done,
    volatile,
  );
  const stop = (divergence: Divergence | null) => ({ answered, tools, patch, divergence });
  const before = divergences.first() ?? missedRequest(playback.unasked(), waits);
  if (before) return stop(before);
  if (waits && !asks.signal.aborted)
    return stop({
      of: 'how it ends',
      at: 'the end of this part',
      recorded: 'it stopped to wait for a person',
      replayed: ended.executed.finished.summary.slice(0, 500),
    });
  const { summary } = summaryOf(context, ended);
  const different = result && compareEnds(result, { ...ended, summary }, volatile);
  if (different) return stop(different);
  const keeps = keepsChanges(context) && (patch !== null || !ended.judged.failure);
  const collected = keeps ? await workspace.collect() : null;
  // What is kept of a patch holds no secret.
  const replayed = collected && (await redactBytes(collected.diff, redact)).content;
  if (keeps && (replayed && digestOf(replayed)) !== patch)
    return stop(await comparePatches(deps.artifacts, { recorded: patch, replayed }));
  return stop(null);
}

async function executeAgain(
  context: ReplayContext,
  of: Pick<Execution, 'workspace' | 'request' | 'signal'> & {
    decide: ReturnType<typeof recordedDecisions>;
    mayConnect: AskToConnect | null;
    playback: ExchangePlayback;
    does: (event: AgentEvent) => void;
  },
): Promise<{ executed: Executed; judged: Judged }> {
  const { deps, chosen } = context;
  const { decide, mayConnect, playback, does, ...given } = of;
  const { model } = given.request;
  let execution: Execution | null = null;
  const journal = createJournal({
    run: given.request.run,
    adapter: chosen.adapter.name,
    version: chosen.version,
    session: () => execution?.reader.session() ?? null,
    clock: deps.clock,
    redact: deps.redact,
    written: (_line, event) => does(event),
  });
  const gateway = isCommand(context)
    ? null
    : await deps.gateway.open({
        run: runName(context),
        model: model && { dialect: model.dialect, playback },
        record: null,
        background: null,
        called: null,
        hosts: [],
        mayConnect,
        registries: [],
        mcp: given.request.servers
          .filter(({ kind }) => kind === 'http')
          .map(({ name }) => ({ name, playback })),
        budget: null,
        decide,
      });
  try {
    const env = Object.assign(
      { GATEHOUSE_DECIDE: `${GATEWAY_ORIGIN}/decide` },
      // As in the run, or a tool would fail before it asks for its host.
      mayConnect ? proxyEnv(GATEWAY_ORIGIN) : OFFLINE_ENV,
    );
    const access = gateway && { gateway, env };
    execution = createExecution(context, { ...given, journal, decide, access, paid: () => null });
    const executed = await execute(execution);
    const report = () => gateway?.report() ?? null;
    return {
      executed,
      judged: judge({ ...context, spending: null }, { report, execution }, executed),
    };
  } finally {
    await gateway?.close();
  }
}

/** Where the run was stopped, it may have been before an answer that it had asked for. */
const missedRequest = (unasked: string | null, stopped: boolean): Divergence | null =>
  unasked === null || stopped
    ? null
    : {
        of: 'the request',
        at: 'the end of the run',
        recorded: unasked,
        replayed: 'no further request',
      };
