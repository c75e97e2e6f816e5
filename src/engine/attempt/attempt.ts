/** One attempt of a step: from the open workspace to what it produced, top to bottom. */
import { type AgentEvent, addUsage } from '../../core/agent-event.ts';
import type { Folded } from '../../core/fold.ts';
import { stepNamed } from '../../core/graph.ts';
import type { TaskCommand } from '../../core/task/command.ts';
import { createdOf, type Run, runOf, type TaskState } from '../../core/task/state.ts';
import { canonical } from '../chain.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Handle } from '../handle.ts';
import type { LeaseGuard } from '../lease-guard.ts';
import { WorkspaceRefused } from '../ports/workspace.ts';
import { createAct } from './act.ts';
import { checkpoint } from './checkpoint.ts';
import { type Chosen, choose } from './choose.ts';
import { commandFailure } from './command-failure.ts';
import { contextFor } from './context.ts';
import { type Executed, execute } from './execute.ts';
import { openGatewayAccess } from './gateway-access.ts';
import { createJournal } from './journal.ts';
import { digestIn, keep, keepPatch, workOf } from './keep.ts';
import { agentFailure, failure, outputFailure } from './outcome.ts';
import { createPause } from './pause.ts';
import { nothing, type Produce, preparedAlready } from './produced.ts';
import { promptOf, sessionOf } from './resume.ts';
import { SecretRefused } from './use-secret.ts';
import { installs, type OpenedWorkspace, workspaceFor } from './workspace.ts';

type Worker = Dependencies & { handle: Handle };
type Wait = Extract<TaskCommand, { type: 'wait' }>;

/** Throws only where nothing can be said about the run: then it is tried again as an effect. */
export async function attempt(
  deps: Worker,
  task: string,
  folded: Folded<TaskState>,
  runId: string,
  chosen: Chosen,
  guard: LeaseGuard,
): Promise<Produce | Wait> {
  const run = runOf(folded.state, runId);
  const unprepared = await prepareHere(deps, task, folded, run, guard);
  if (unprepared) return nothing(run, unprepared);
  const opened = await workspaceFor(deps, task, folded, run, chosen);
  if ('refused' in opened) return nothing(run, failure('workspace', opened.refused));
  if ('cached' in opened) return preparedAlready(run, opened.cached);
  try {
    return await work(deps, task, folded, run, chosen, guard, opened);
  } catch (error) {
    guard.signal.throwIfAborted();
    if (error instanceof WorkspaceRefused) return nothing(run, failure('workspace', error.message));
    if (error instanceof SecretRefused) return nothing(run, error.failure);
    throw error;
  } finally {
    await opened.workspace.close();
  }
}

async function work(
  deps: Worker,
  task: string,
  folded: Folded<TaskState>,
  run: Run,
  chosen: Chosen,
  guard: LeaseGuard,
  { workspace, prepareKey }: OpenedWorkspace,
): Promise<Produce | Wait> {
  const { settings, clock, artifacts } = deps;
  const step = stepNamed(createdOf(folded.state).graph, run.step);
  const keepsChanges = 'keepsChanges' in step && (step.keepsChanges || run.purpose === 'remedy');
  const isCommand = run.executor.kind === 'command';
  const context = isCommand ? null : await contextFor(deps, task, folded, run);
  const tag = Math.floor(deps.random() * 2 ** 48).toString(36);
  const { adapter, version } = chosen;
  const session = sessionOf(run, adapter);
  const prompt =
    context && chosen.profile
      ? promptOf(folded.state, run, chosen.profile, context, tag, session)
      : '';
  const request = {
    run: `${task}-${run.id}`,
    prompt,
    model: chosen.model,
    session,
    argv: chosen.argv,
    readOnly: !keepsChanges && !isCommand,
  };
  const reader = adapter.reader(request);
  const { redact } = deps;
  const journal = createJournal({
    run: request.run,
    adapter: adapter.name,
    version,
    session: reader.session,
    clock,
    redact,
  });
  const pause = createPause();
  const tell = (event: AgentEvent) => journal.add([event], null);
  const act = isCommand ? null : await createAct(deps, task, folded.state, run, guard, tell, pause);
  const access = await openGatewayAccess(deps, task, folded, run, chosen, guard, act);
  let executed: Executed;
  try {
    executed = await execute({
      adapter,
      reader,
      journal,
      request,
      workspace,
      directory: isCommand ? (createdOf(folded.state).config.directory ?? '') : '',
      sandbox: deps.sandbox,
      gateway: access?.gateway ?? null,
      env: { PATH: settings.toolchains.path, ...access?.env },
      binds: settings.toolchains.binds,
      limits: { ...settings.limits, ...chosen.limits },
      signal: AbortSignal.any([guard.signal, pause.signal]),
      redact,
    });
  } finally {
    await access?.gateway.close();
  }
  const { finished, end, stdout, stderr } = executed;
  const owner = { task, run: run.id };
  const told = { 'journal.jsonl': journal.text(), 'stdout.log': stdout, 'stderr.log': stderr };
  // Nothing is said of a run that was cut off; what it did until then is kept all the same.
  if (guard.signal.aborted) await keep(artifacts, owner, told);
  guard.signal.throwIfAborted();
  const metered = access?.gateway.report().usage;
  const spent = metered && metered.input + metered.output > 0 ? metered : executed.usage;
  const usage = addUsage(run.usage, spent);
  const stopped = pause.stopped();
  if (stopped) {
    const of = { run, adapter: adapter.name, session: executed.session, usage, keepsChanges };
    return checkpoint(deps, task, workspace, of, stopped, told);
  }
  const bad = isCommand
    ? commandFailure(executed, {
        argv: chosen.argv,
        installs: installs(folded.state, run),
        refused: access?.gateway.report().refused ?? [],
      })
    : (agentFailure(executed) ?? outputFailure(chosen.profile, executed));
  const expectsRed = step.purpose === 'reproduce' && run.purpose === 'step';
  const collected = keepsChanges && !bad ? await workspace.collect() : null;
  const patch = collected && (await keepPatch(artifacts, owner, collected));
  const prepared = prepareKey && !bad ? await workspace.keepPrepared(prepareKey) : null;
  const summary = finished.summary.trim().slice(0, 2_000) || end.by;
  const kept = await keep(artifacts, owner, {
    ...told,
    'context.json': context ? canonical({ prompt, context }) : '',
    'result.json': canonical({
      end,
      summary,
      failure: bad,
      session: executed.session,
      output: finished.structured ?? null,
    }),
  });
  return {
    type: 'produce',
    data: {
      run: run.id,
      ok: expectsRed ? bad?.class === 'red' : bad === null,
      exitCode: end.exitCode,
      summary,
      work: keepsChanges && !bad ? workOf(folded.state, run, patch?.work ?? null) : null,
      prepared,
      session: executed.session,
      usage,
      journal: digestIn(kept, 'journal.jsonl'),
    },
    artifacts: [...kept, ...(patch?.kept ?? [])],
    // A step that expects red has seen what it was for, whatever it saw.
    failure: expectsRed && (bad === null || bad.class === 'red') ? null : bad,
  };
}

/**
 * What `prepare` made stays on the machine that made it, and there only while it is wanted. Where it
 * is not, it is made again from the same commit, before the run. Returns why it could not be.
 */
async function prepareHere(
  deps: Worker,
  task: string,
  folded: Folded<TaskState>,
  run: Run,
  guard: LeaseGuard,
): Promise<Produce['failure']> {
  const { state } = folded;
  const { repository, base } = createdOf(state);
  const made = state.runs.find(other => installs(state, other));
  if (!made || installs(state, run) || !state.prepared) return null;
  if (await deps.workspaces.prepared(repository, state.prepared.key)) return null;
  const again: Run = { ...made, id: `${run.id}-prepare` };
  const runs = [...state.runs, again];
  const then = { ...state, parent: base.sha, work: null, prepared: null, runs };
  const chosen = await choose(deps, then, again);
  if (typeof chosen === 'string') return failure('workspace', chosen);
  deps.logger.info({ task, run: run.id }, 'nothing is prepared here: preparing again');
  const produced = await attempt(deps, task, { ...folded, state: then }, again.id, chosen, guard);
  // A command asks nobody, so it never waits.
  if (produced.type === 'wait') throw new Error('preparing waits for nobody');
  // Not the run's own failure: nobody is asked to remedy it, and another machine may fare better.
  return produced.failure && failure('workspace', `Preparing again: ${produced.failure.reason}`);
}
