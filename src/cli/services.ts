/** What the operator's commands work with; the composition root provides it. */
import type { Operator } from '../core/actor.ts';
import type { AgentEvent } from '../core/agent-event.ts';
import type { BacklogFile } from '../core/backlog/file.ts';
import type { TaskCall } from '../core/call.ts';
import type { Anchor } from '../core/checkpoint/anchor.ts';
import type { EvaluationResult } from '../core/evaluation/result.ts';
import type { Profile } from '../core/profile.ts';
import type { ReplayDependencies } from '../engine/agent-replay/replay-dependencies.ts';
import type { EvaluationProgress } from '../engine/evaluation/evaluate.ts';
import type { Handle } from '../engine/handle.ts';
import type { TaskCaller } from '../engine/intake/callers/task-caller.ts';
import type { CallOutcome } from '../engine/intake/calls/call-outcome.ts';
import type { SubmittedBacklog } from '../engine/intake/calls/submit-backlog.ts';
import type { Artifacts } from '../engine/ports/artifacts.ts';
import type { ClonedChange } from '../engine/ports/cloned-change.ts';
import type { DecisionIndex } from '../engine/ports/decision-index.ts';
import type { Deliveries } from '../engine/ports/deliveries.ts';
import type { DeviceSignIn } from '../engine/ports/device-sign-in.ts';
import type { AgentsChecked, Check } from '../engine/ports/doctor.ts';
import type { EventLog, TaskIndex } from '../engine/ports/event-log.ts';
import type { Ledger } from '../engine/ports/ledger.ts';
import type { MachineTokens } from '../engine/ports/machine-tokens.ts';
import type { RequestBudget } from '../engine/ports/request-budget.ts';
import type { RunOutput } from '../engine/ports/run-output.ts';
import type { RunRecords } from '../engine/ports/run-records.ts';
import type { KnownSchedules } from '../engine/ports/schedules.ts';
import type { Sessions } from '../engine/ports/sessions.ts';
import type { TaskPages } from '../engine/ports/task-pages.ts';
import type { Workers } from '../engine/ports/workers.ts';
import type { ReadSuite } from './evaluate/read-suite.ts';

/** The log and what belongs to it, without GitHub, queue or sandbox. */
export type OpenedLog = {
  log: EventLog;
  tasks: TaskIndex;
  taskPages: Pick<TaskPages, 'repositories' | 'repositoriesNamed'>;
  decisions: DecisionIndex;
  deliveries: Pick<Deliveries, 'failed'>;
  artifacts: Artifacts;
  requestBudget: Pick<RequestBudget, 'all'>;
  runOutput: Pick<RunOutput, 'read' | 'follow'>;
  runRecords: Pick<RunRecords, 'sums'>;
  workers: Pick<Workers, 'alive'>;
  machineTokens: MachineTokens;
  schedules: Pick<KnownSchedules, 'list'>;
  sessions: Sessions;
  ledger: Pick<Ledger, 'spentBy'>;
  /** The database's clock. */
  now(): Promise<Date>;
  close(): Promise<void>;
};

/** Commands are sent as well. Processes at work do what follows from them. */
export type OpenedToSteer = OpenedLog & { handle: Handle };

/** What a run is replayed with besides: a sandbox, and the agents that are installed here. */
export type OpenedReplay = OpenedLog & ReplayDependencies;

export type ReadAnchors = {
  anchors: Anchor[];
  /** Whether a key of the App signed it; `null`: nobody gave a key to check with. */
  isOurs: ((anchor: Anchor) => boolean) | null;
  /** Of the places that were named: where GitHub has none, and where it could not be asked. */
  missing: string[];
  unasked: { place: string; problem: string }[];
};

/** A process at work. */
export type Running = {
  /** Where it listens; `null` for a worker. */
  url: string | null;
  /** What it was put together from, for people. */
  describe: string[];
  /** Lets what runs end, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
};

export type PrintedOneShot = {
  stdout: string;
  stderr: string;
  /** How it ended: its exit code, or the signal that ended it. */
  exitCode: number | null;
  signal: string | null;
};

/** `folder`: where its CLI is. */
export type InstalledAgent = { adapter: string; version: string; folder: string };

export type EvaluationOrder = {
  suite: ReadSuite;
  by: Operator;
  /** The version of Gatehouse. */
  gatehouse: string;
  progress: EvaluationProgress;
  /** What is under way is canceled, and counts as an error. */
  signal: AbortSignal;
};

export type Services = {
  openLog(): Promise<OpenedLog>;
  openToSteer(): Promise<OpenedToSteer>;
  openReplay(): Promise<OpenedReplay>;
  /** Of a file, checked with the key in another file; `null`: those on GitHub, with the App's own. */
  anchors(
    file: string | null,
    keys: readonly string[],
    places: readonly string[],
  ): Promise<ReadAnchors>;
  /** The roles of the deployment. */
  roles(): Promise<readonly Profile[]>;
  /** The folder of the deployment's policies. */
  policies(): string;
  /** What `head` adds to `base` in a clone on this machine; `base`: null for its remote's default branch. */
  readClone(folder: string, of: { head: string; base: string | null }): Promise<ClonedChange>;
  serve(): Promise<Running>;
  work(): Promise<Running>;
  submit(call: TaskCall, by: { caller: TaskCaller; key: string }): Promise<CallOutcome>;
  submitBacklog(
    file: BacklogFile,
    by: { caller: TaskCaller; key: string },
  ): Promise<SubmittedBacklog>;
  evaluate(order: EvaluationOrder): Promise<EvaluationResult>;
  checkUp(): Promise<Check[]>;
  /** `live`: each model that has a credential is called, for one token. */
  checkAgents(options: { live: boolean }): Promise<AgentsChecked>;
  installAgents(
    names: readonly string[],
    report: (message: string) => void,
  ): Promise<InstalledAgent[]>;
  /** What the CLI of an agent printed without Gatehouse, in the form of a journal. */
  readOneShot(agent: string, printed: PrintedOneShot): Promise<AgentEvent[]>;
  /** How somebody signs in to GitHub at this shell. */
  deviceSignIn(): Promise<DeviceSignIn>;
  /** The GitHub that is configured, by its host. */
  gitHubHost(): string;
  /** Where the console is, without a slash at its end. */
  consoleUrl(): string;
  /** How events reach the deployment. */
  deliveries(): 'webhook' | 'log';
  setup(options: {
    port: number;
    organization: string | null;
    name: string | null;
    webhookUrl: string | null;
  }): Promise<SetupRun>;
  /** An App that is registered already; `privateKey` is PEM. */
  takeOver(options: {
    appId: number;
    privateKey: string;
    webhookUrl: string | null;
  }): Promise<SetupDone>;
};

export type SetupDone = {
  appId: number;
  slug: string;
  /** Where the credentials are. */
  file: string;
  /** Where GitHub delivers, and how we get the deliveries. */
  webhook: string;
  deliveries: 'webhook' | 'log';
  /** The App's pages on GitHub: its settings, and where it is installed. */
  settings: string;
  install: string;
};

export type SetupRun = {
  /** The page to open in a browser. */
  url: string;
  /** Resolves once GitHub has sent the credentials and they are written. */
  done: Promise<SetupDone>;
  stop(): Promise<void>;
};
