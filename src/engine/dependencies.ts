/** What the engine is made of; `compose.ts` fills it in. */
import type { Budget, ScopeKind } from '../core/budget.ts';
import type { Moment } from '../core/hooks/hook.ts';
import type { Profile } from '../core/profile.ts';
import type { Ignored, Trigger } from '../core/trigger.ts';
import type { PolicySet } from '../policy/load.ts';
import type { InstallSettings } from '../toolchain/registries.ts';
import type { Handle } from './handle.ts';
import type { AgentAdapter } from './ports/agent.ts';
import type { Anchors } from './ports/anchors.ts';
import type { ApprovalIndex } from './ports/approval-index.ts';
import type { Archive } from './ports/archive.ts';
import type { Artifacts } from './ports/artifacts.ts';
import type { BacklogIndex } from './ports/backlog-index.ts';
import type { KnownCalls } from './ports/calls.ts';
import type { Changes } from './ports/changes.ts';
import type { Clock } from './ports/clock.ts';
import type { DecisionIndex } from './ports/decision-index.ts';
import type { Deliveries } from './ports/deliveries.ts';
import type { DueWork } from './ports/due-work.ts';
import type { EventLog, Outbox, TaskIndex } from './ports/event-log.ts';
import type { EventPages } from './ports/event-pages.ts';
import type { Gateway, ModelRoute } from './ports/gateway.ts';
import type { GitHubFacts, InClass } from './ports/github.ts';
import type { GitHubRecord } from './ports/github-record.ts';
import type { GitHubWrites } from './ports/github-writes.ts';
import type { Hints } from './ports/hints.ts';
import type { Leases } from './ports/leases.ts';
import type { Ledger } from './ports/ledger.ts';
import type { Logger } from './ports/logger.ts';
import type { MachineTokens } from './ports/machine-tokens.ts';
import type { Prices } from './ports/prices.ts';
import type { QuestionIndex } from './ports/question-index.ts';
import type { Queue } from './ports/queue.ts';
import type { QueueHealth } from './ports/queue-health.ts';
import type { RememberedQuotas } from './ports/quotas.ts';
import type { RepositoryIndex } from './ports/repository-index.ts';
import type { RequestBudget } from './ports/request-budget.ts';
import type { RunFailures } from './ports/run-failures.ts';
import type { RunOutput } from './ports/run-output.ts';
import type { RunRecords } from './ports/run-records.ts';
import type { Limits, Sandbox } from './ports/sandbox.ts';
import type { KnownSchedules } from './ports/schedules.ts';
import type { SecretPlace } from './ports/secrets.ts';
import type { Sessions } from './ports/sessions.ts';
import type { ShownText } from './ports/shown-text.ts';
import type { Spends } from './ports/spends.ts';
import type { TaskPages } from './ports/task-pages.ts';
import type { Observe } from './ports/telemetry.ts';
import type { ReadWeb } from './ports/web.ts';
import type { Webhooks } from './ports/webhooks.ts';
import type { Workers } from './ports/workers.ts';
import type { Workspaces } from './ports/workspace.ts';

export type Dependencies = {
  log: EventLog;
  outbox: Outbox;
  dueWork: DueWork;
  tasks: TaskIndex;
  taskPages: TaskPages;
  eventPages: EventPages;
  deliveries: Deliveries;
  leases: Leases;
  runRecords: RunRecords;
  runFailures: RunFailures;
  approvals: ApprovalIndex;
  questions: QuestionIndex;
  workers: Workers;
  quotas: RememberedQuotas;
  hints: Hints;
  changes: Changes;
  calls: KnownCalls;
  schedules: KnownSchedules;
  machineTokens: MachineTokens;
  sessions: Sessions;
  requestBudget: RequestBudget;
  runOutput: RunOutput;
  ledger: Ledger;
  spends: Spends;
  repositoryIndex: RepositoryIndex;
  backlogs: BacklogIndex;
  decisions: DecisionIndex;
  queueHealth: QueueHealth;
  prices: Prices;
  queue: Queue;
  artifacts: Artifacts;
  /** `null`: what expires is removed, and kept nowhere else. */
  archive: Archive | null;
  anchors: Anchors;
  workspaces: Workspaces;
  sandbox: Sandbox;
  gateway: Gateway;
  webhooks: Webhooks;
  github: {
    facts: GitHubFacts;
    record: GitHubRecord;
    writes: GitHubWrites;
    inClass: InClass;
    /** What a stored delivery means: pure, and bound to our App's identity. */
    meaningOf(event: string, payload: unknown): Promise<Meaning>;
    /** Whether deliveries of this event can mean anything. */
    isHandled(event: string, action: string | null): boolean;
    /** What GitHub shows of a text that people wrote in Markdown. */
    shown(markdown: string): Promise<ShownText>;
  };
  /** By name; the engine never knows which there are. */
  adapters: ReadonlyMap<string, AgentAdapter>;
  /** By name: what the gateway takes to the models' providers, and nobody else. */
  secrets: ReadonlyMap<string, SecretPlace>;
  /** By role. */
  profiles: ReadonlyMap<string, Profile>;
  policies: PolicySet;
  clock: Clock;
  /** The database's clock: what expires, expires by it. */
  now: () => Promise<Date>;
  random: () => number;
  logger: Logger;
  /** Told of what is counted and traced. */
  observe: Observe;
  /** Reads what is deployed, and what is measured of it. */
  readWeb: ReadWeb;
  /** Where on this machine a program is that the commands in a sandbox can start; `null`: nowhere. */
  findProgram: (name: string) => Promise<string | null>;
  /** Takes every secret out of a text, ours word for word. */
  redact: (text: string) => string;
  settings: Settings;
};

/** `name`: owner/name; `folder`: the folder in it that is deployed, such as `policies/mine`. */
type PolicyRepository = { name: string; folder: string };

/** What doing a job works with besides. */
export type WorkerDependencies = Dependencies & { handle: Handle };

/** What following a delivery works with; `delivery` is its GUID. */
export type Intake = WorkerDependencies & { delivery: string };

/** A delivery's trigger with what follows it up, which says in words what came of it. */
export type Meaning = Ignored | { trigger: Trigger; follow(intake: Intake): Promise<string> };

/** How many calls are followed. Strangers are people without write access. */
type CallLimits = {
  /** Of one person, in an hour. */
  perPerson: number;
  /** Calls for work in one repository within a batch window that are each answered; 0: all are. */
  atOnce: number;
  batchSeconds: number;
  /** Answers to strangers, in a day. */
  strangersPerRepository: number;
  strangersPerInstallation: number;
};

/** Where a model answers, its provider as policies name it, and the name of the secret that it asks for. */
export type ModelService = Pick<ModelRoute, 'dialect' | 'upstream'> & {
  provider: string;
  /** `null`: it needs none, an endpoint of the operator's own. */
  secret: string | null;
};

/** An MCP server of the deployment, by the name that roles have for it. */
export type McpServerSettings =
  | { name: string; kind: 'stdio'; command: string; args: string[]; env: Record<string, string> }
  | {
      name: string;
      kind: 'http';
      url: string;
      /** The name of the secret that the gateway adds, and the header that it is sent in. */
      credential: { secret: string; header: string } | null;
    };

/** Who can be told of tasks, by the name that hooks have for it. */
export type EndpointSettings = {
  /** Where it is, and what its messages are signed with; `secret`: by the name of one. */
  url: { plain: string } | { secret: string };
  secret: { secret: string } | null;
  format: 'standard' | 'slack';
  /** Patterns of owner/name. */
  repositories: readonly string[];
  mayBePrivate: boolean;
  /** The moments at which it is told of every task of these repositories. */
  on: readonly Moment[];
};

export type Settings = {
  /** This process, as leases and events name it. */
  worker: string;
  /** What this process offers to runs that ask for it. */
  labels: readonly string[];
  /** Runs at the same time in one process: in all, and of one repository. */
  concurrency: { all: number; perRepository: number };
  /** Real agents are called only where this is switched on; else `simulated` stands in for them. */
  realAgents: boolean;
  /** Folder with one script a role, for simulated agents; without one they only report. */
  simulation: string | null;
  /** By adapter: where its models answer, what it prefers first. Others call no model. */
  models: ReadonlyMap<string, readonly ModelService[]>;
  /** The names of all models' providers, whether there is a credential here or not. */
  providers: ReadonlySet<string>;
  /** Where GitHub's pages are, such as `https://github.com`. */
  web: string;
  /** Where people reach the console, for links on GitHub; `null`: nobody has said. */
  console: string | null;
  endpoints: ReadonlyMap<string, EndpointSettings>;
  /** By name: the MCP servers that roles may name. */
  mcp: ReadonlyMap<string, McpServerSettings>;
  /** How `prepare` reaches the package registries. */
  install: InstallSettings;
  /** Bound read-only into every sandbox, with the PATH they make. */
  toolchains: { binds: { from: string; to: string }[]; path: string };
  limits: Limits;
  /** For how long raw output and records of runs are kept; see `ports/artifacts.ts`. */
  retention: { outputMs: number; recordMs: number };
  /** What may be spent, by scope, besides what roles and repositories say. */
  budgets: Partial<Record<ScopeKind, Budget>>;
  /** What a run costs on a worker in an hour, in US dollars; `null`: it has no price. */
  workerHourUsd: number | null;
  /** Where a trace is shown, with `{trace}` for its id; `null`: nowhere that we know. */
  traceUrl: string | null;
  /** Of calls by people. */
  calls: CallLimits;
  /** Where the deployment's own policies are kept and changed; `null`: nowhere on GitHub. */
  policyRepository: PolicyRepository | null;
  /** The folder on this machine that the deployment's policies were read from. */
  policyFolder: string;
  /** Author of the commits: the App's bot. */
  author: { name: string; email: string };
};
