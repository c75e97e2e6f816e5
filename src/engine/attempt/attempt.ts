/** One attempt of a step, top to bottom: read and open, execute, judge, keep. */
import type { TaskCommand } from '../../core/task/decide/command.ts';
import { createdOf, type Run } from '../../core/task/state/state.ts';
import { installedBase } from '../../core/task/work/installed-base.ts';
import { type Prepared, WorkspaceRefused } from '../ports/workspace.ts';
import { checkpoint } from './checkpoint.ts';
import { choose } from './choose.ts';
import { failure } from './outcome.ts';
import { patient } from './patient.ts';
import { execute } from './process/execute.ts';
import { createRecording } from './process/recording.ts';
import { readingFor } from './reading/reading.ts';
import { judge } from './result/judge.ts';
import { keepOutput, keepProduct, keepShown } from './result/keep.ts';
import { nothing, type Produce, preparedAlready } from './result/produced.ts';
import { isCommand, type RunContext } from './run-context.ts';
import { openSession, type Session, type SessionParts } from './session/session.ts';
import { SecretRefused } from './session/use-secret.ts';
import { installs, openWorkspace } from './workspace.ts';

type Wait = Extract<TaskCommand, { type: 'wait' }>;

/** Throws where the work could not begin: then it is tried again as an effect, and its run waits until then. */
export async function attempt(context: RunContext): Promise<Produce | Wait> {
  const { deps, task, run, guard } = context;
  const ready = await prepareHere(context);
  if ('unprepared' in ready) return ready.unprepared;
  const reading = isCommand(context) ? null : readingFor(context);
  // Whoever needs it waits for it, and fails where it does; where there is no workspace nobody does.
  reading?.catch(() => {});
  const opened = await openWorkspace(context, ready.prepared);
  if ('refused' in opened) return nothing(run, failure('workspace', opened.refused));
  if ('cached' in opened) return preparedAlready(run, opened.cached);
  let hasBegun = false;
  try {
    const patience = patient(deps, guard.signal);
    const workspace = patience.workspace(opened.workspace);
    const recording = isCommand(context) ? null : recordingOf(context);
    const parts = { workspace, reading: await reading, recording };
    const first = await openSession(context, parts);
    const started = () => {
      hasBegun = true;
    };
    const { session, executed } = await executeOrBeginAnew(context, parts, first, started);
    if (executed.end.by === 'disk_full')
      deps.logger.error({ task, run: run.id }, 'a run was ended: its disk was about to be full');
    // Nothing is recorded of a run that was cut off; what it did until then is kept all the same.
    if (guard.signal.aborted) {
      await keepOutput(context, session, executed);
      await session.live.drop();
    }
    guard.signal.throwIfAborted();
    const stopped = session.pause.stopped();
    const keeping = { ...context, deps: { ...deps, artifacts: patience.artifacts } };
    const outcome = stopped
      ? await checkpoint(keeping, { session, executed, stopped })
      : await keepProduct(keeping, {
          opened: { ...opened, workspace },
          session,
          executed,
          judged: judge(context, session, executed),
        });
    await session.live.drop();
    return outcome;
  } catch (error) {
    guard.signal.throwIfAborted();
    if (error instanceof WorkspaceRefused) return nothing(run, failure('workspace', error.message));
    if (error instanceof SecretRefused) return nothing(run, error.failure);
    if (!hasBegun) throw error;
    deps.logger.error({ err: error, task, run: run.id }, 'what a run worked for is lost');
    await keepShown(deps, { task, run: run.id, part: run.waits }).catch(() => {});
    return nothing(run, failure('lost', 'What it worked for could not be kept; the log says why.'));
  } finally {
    await opened.workspace.close();
  }
}

/** An agent that does not know the session which it was to continue gets the whole task instead. */
async function executeOrBeginAnew(
  context: RunContext,
  parts: SessionParts,
  session: Session,
  started: () => void,
) {
  const executed = await execute(session.execution, started).finally(session.close);
  const { checkpoint } = context.run;
  if (executed.error?.class !== 'session_unknown' || !checkpoint?.session)
    return { session, executed };
  const run = { ...context.run, checkpoint: { ...checkpoint, session: null } };
  const anew = await openSession({ ...context, run }, parts);
  const message = `The session ${checkpoint.session} is not known any more: the agent begins anew.`;
  anew.execution.journal.add([{ type: 'warning', message }], null);
  return { session: anew, executed: await execute(anew.execution).finally(anew.close) };
}

const recordingOf = ({ deps, task, run, chosen }: RunContext) =>
  createRecording({
    owner: { task, run: run.id },
    agent: { adapter: chosen.adapter.name, version: chosen.version },
    deps,
  });

/**
 * What `prepare` made stays on the machine that made it, and there only while it is wanted. Where it
 * is not, or the base was merged in and its lockfile or manifest is another one, it is made before the
 * run. `unprepared`: why it could not be.
 */
async function prepareHere(
  context: RunContext,
): Promise<{ prepared: Prepared | null } | { unprepared: Produce }> {
  const { deps, task, folded, run } = context;
  const { state } = folded;
  const { repository, base: first, graph } = createdOf(state);
  const made = state.runs.find(other => installs(state, other));
  const step = graph.steps.find(({ id }) => id === made?.step);
  if (!made || !step || installs(state, run) || !state.prepared) return { prepared: null };
  const { sha: base } = installedBase(state);
  const isFirst = base === first.sha;
  const here = isFirst ? await deps.workspaces.prepared(repository, state.prepared.key) : null;
  if (here) return { prepared: here };
  const again: Run = { ...made, id: `${run.id}-prepare` };
  const runs = [...state.runs, again];
  const then = { ...state, parent: base, mergesInto: null, prepared: null, runs };
  const chosen = await choose(deps, then, again);
  if (typeof chosen === 'string') return { unprepared: nothing(run, failure('workspace', chosen)) };
  if (isFirst) deps.logger.info({ task, run: run.id }, 'nothing is prepared here: preparing again');
  const produced = await attempt({
    ...context,
    folded: { ...folded, state: then },
    run: again,
    step,
    chosen,
  });
  // A command asks nobody, so it never waits.
  if (produced.type === 'wait') throw new Error('preparing waits for nobody');
  const { failure: failed, data, reached } = produced;
  if (!failed) return { prepared: data.prepared };
  // It worked in the run's own time, and went on from nothing of its own.
  if (reached)
    return {
      unprepared: {
        ...nothing(run, failed),
        reached: { reached: reached.reached, checkpoint: run.checkpoint },
      },
    };
  // Not the run's own failure: nobody is asked to remedy it, and another machine may fare better.
  return {
    unprepared: nothing(run, failure('workspace', `Preparing again: ${failed.reason}`)),
  };
}
