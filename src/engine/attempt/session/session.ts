/** A run's session: what its process is given, what is written down of it, and its way out of the sandbox. */
import { addUsage, NO_USAGE } from '../../../core/agent-event.ts';
import { documentSchema } from '../../../core/handover/handover.ts';
import { createdOf } from '../../../core/task/state/state.ts';
import { OFFLINE_ENV, packageEnv } from '../../../toolchain/registries.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { AgentRequest } from '../../ports/agent.ts';
import type { Decide, GatewayReport } from '../../ports/gateway.ts';
import { SANDBOX_WORK } from '../../ports/sandbox.ts';
import type { Spending } from '../../spending/spending.ts';
import { observedSandbox } from '../../telemetry/sandbox.ts';
import { createToolCalls } from '../../telemetry/tool-calls.ts';
import { createAct } from '../asking/act.ts';
import { createPause, type Pause } from '../asking/pause.ts';
import type { Chosen } from '../choose.ts';
import { createChannel } from '../process/channel.ts';
import type { Execution } from '../process/execute.ts';
import { createJournal } from '../process/journal.ts';
import { createLiveOutput, type LiveOutput } from '../process/live-output.ts';
import type { Recording } from '../process/recording.ts';
import { instructionsFor } from '../reading/instructions.ts';
import { tagIn } from '../reading/prompt.ts';
import { type AgentReading, warningsOf } from '../reading/reading.ts';
import { promptOf, sessionOf } from '../reading/resume.ts';
import { isCommand, keepsChanges, type RunContext, runName } from '../run-context.ts';
import { type GatewayAccess, openGatewayAccess } from './gateway-access.ts';
import { backgroundAnswers, leftBehind } from './left-answers.ts';
import { serversOf } from './mcp-servers.ts';

export type Session = {
  request: AgentRequest;
  /** What the agent was given to read; `null` for a command. */
  reading: AgentReading | null;
  recording: Recording | null;
  pause: Pause;
  execution: Execution;
  live: LiveOutput;
  /** What passed its gateway; `null` where it has none. */
  report(): GatewayReport | null;
  close(): Promise<void>;
};

export type SessionParts = Pick<Execution, 'workspace'> &
  /** Both are `null` where no agent works. */
  Pick<Session, 'reading' | 'recording'>;

export async function openSession(
  context: RunContext,
  { workspace, reading, recording }: SessionParts,
): Promise<Session> {
  const { deps, task, run, chosen, guard } = context;
  const { redact } = deps;
  const { adapter } = chosen;
  const command = isCommand(context);
  const session = sessionOf(run, adapter);
  const behind = command ? null : await leftBehind(context);
  const tag = behind?.prompt ? tagIn(behind.prompt) : null;
  const request: AgentRequest = {
    run: runName(context),
    instructions:
      reading && chosen.profile ? instructionsFor(chosen.profile, reading.repository) : '',
    prompt: reading ? promptOf(context, reading, { session, tag }) : '',
    model: modelOf(chosen),
    session,
    argv: chosen.argv,
    readOnly: !command && !keepsChanges(context),
    repositoryConfig: chosen.profile?.repositoryConfig ?? false,
    tools: chosen.profile?.tools ?? [],
    servers: chosen.profile ? serversOf(deps.settings, chosen.profile) : [],
    outputSchema: chosen.profile?.output ? documentSchema(chosen.profile.output) : null,
  };
  recording?.started(request);
  let execution: Execution | null = null;
  let access: GatewayAccess | null = null;
  const report = () => access?.gateway.report() ?? null;
  const live = createLiveOutput(deps, {
    part: { task, run: run.id, part: run.waits },
    begins: { adapter: adapter.name, version: chosen.version, model: chosen.model },
    usage: () => addUsage(run.usage, report()?.usage ?? NO_USAGE),
  });
  const toolCalls = createToolCalls(deps, { task, run: run.id });
  const journal = createJournal({
    run: request.run,
    adapter: adapter.name,
    version: chosen.version,
    session: () => execution?.reader.session() ?? null,
    clock: deps.clock,
    redact,
    written(line, event) {
      live.written(line, event);
      toolCalls(event);
    },
  });
  const warn = (messages: string[]) =>
    journal.add(
      messages.map(message => ({ type: 'warning' as const, message })),
      null,
    );
  // An agent that continues its session was given it before.
  if (reading && session === null)
    warn([...warningsOf(reading), ...unheldFor(chosen, context.spending)]);
  const pause = createPause();
  const act = command ? null : await createAct(context, journal, pause);
  const background = behind && backgroundAnswers(context, behind, message => warn([message]));
  access = await openGatewayAccess(context, act, recording?.record ?? null, background);
  const executor = run.executor.kind;
  const sandbox = observedSandbox(deps, { task, run: run.id, executor });
  const { settings } = deps;
  execution = createExecution(
    { ...context, chosen: inTime(context), deps: { settings, sandbox, redact } },
    {
      workspace,
      request,
      journal,
      decide: act?.decide ?? null,
      access,
      paid: paidFromNow(context.spending),
      signal: AbortSignal.any([guard.signal, pause.signal, context.spending.overdue]),
    },
  );
  return {
    request,
    reading,
    recording,
    pause,
    execution,
    live,
    report,
    close: async () => void (await Promise.all([access?.gateway.close(), live.close()])),
  };
}

/** What its process is started with, whether the run is worked or replayed. */
export function createExecution(
  context: Pick<RunContext, 'folded' | 'run' | 'chosen'> & {
    deps: Pick<Dependencies, 'settings' | 'sandbox' | 'redact'>;
  },
  of: Pick<Execution, 'workspace' | 'request' | 'journal' | 'signal' | 'paid'> & {
    decide: Decide | null;
    access: GatewayAccess | null;
  },
): Execution {
  const { deps, folded, chosen } = context;
  const { settings, sandbox, redact } = deps;
  const { adapter } = chosen;
  const { decide, access, ...given } = of;
  const channel = createChannel(decide);
  return Object.assign(given, {
    adapter,
    reader: adapter.reader(given.request, channel.forReader),
    channel,
    directory: isCommand(context) ? (createdOf(folded.state).config.directory ?? '') : '',
    sandbox,
    gateway: access?.gateway ?? null,
    env: Object.assign(
      { PATH: settings.toolchains.path },
      packageEnv(SANDBOX_WORK),
      access?.env ?? OFFLINE_ENV,
    ),
    binds: settings.toolchains.binds,
    limits: { ...settings.limits, ...chosen.limits },
    redact,
  });
}

/** What opening its workspace took counts as well: a cap on time is one on all that a run does. */
function inTime({ chosen, spending, deps }: RunContext): Chosen {
  const left = spending.timeLeft();
  if (left === null) return chosen;
  const { limits } = chosen;
  const wallMs = Math.min(limits.wallMs ?? deps.settings.limits.wallMs, left);
  return { ...chosen, limits: { ...limits, wallMs } };
}

const modelOf = ({ model, service }: Chosen): AgentRequest['model'] =>
  model !== null && service ? { name: model, dialect: service.dialect } : null;

function unheldFor(
  { model, service }: Chosen,
  { unheldFor }: Pick<Spending, 'unheldFor'>,
): string[] {
  const unheld =
    model !== null && service ? unheldFor({ provider: service.provider, name: model }) : null;
  return unheld ? [`Note that ${unheld.problem}. ${unheld.remediation}`] : [];
}

/** What this session pays: an agent that begins anew has paid before. */
function paidFromNow({ paid }: Pick<Spending, 'paid'>): Execution['paid'] {
  const before = paid();
  return () => {
    const now = paid();
    return now === null || before === null ? null : now - before;
  };
}
