/** The gateway: the only way out of the sandbox, by one unix socket per run. */
import type { ActAnswer } from '../../core/act.ts';
import type { ErrorClass, Usage } from '../../core/agent-event.ts';
import type { Reservation } from './ledger.ts';

/** The model endpoint a run may call; the credential is added outside the sandbox. */
export type ModelRoute = {
  /**
   * What the provider's API speaks: it decides which paths are allowed and where an answer has its usage.
   */
  dialect: 'openai-responses' | 'openai-chat' | 'anthropic' | 'gemini' | 'chatgpt' | 'claude-plan';
  /** Base URL of the provider, without the dialect's path. */
  upstream: string;
  /** Asked once per request, outside the sandbox; never kept. `null`: the provider needs none. */
  credential: (() => Promise<string>) | null;
  /** What policy says of calling this model; asked once for each model that the run names. */
  mayCall: (model: string) => Promise<ActAnswer>;
};

/** Answers one question of the agent; anything is asked, so it is checked there. */
export type Decide = (question: unknown) => Promise<ActAnswer>;

/** Answers whether the run may connect to a host; asked once for each that it wants to reach. */
export type AskToConnect = (to: { host: string; port: number }) => Promise<ActAnswer>;

/** A package registry that a run may read; the credential is added outside the sandbox. */
export type RegistryRoute = {
  /** The name that the sandbox asks for, by plain http. */
  name: string;
  /** The packages of this scope of npm alone are read there; `null`: all others of that name. */
  scope: string | null;
  /** Scopes of which nothing is read there: others may own the same names there. */
  except: readonly string[];
  /** The registry's URL. */
  upstream: string;
  /** What may be read besides paths below the URL's. */
  paths: readonly string[];
  /** Hosts (`name:port`) to which the gateway follows the registry, without the credential. */
  redirectsTo: readonly string[];
  /** `user:password` or a bearer token, asked once a request; `null`: none is needed. */
  credential: (() => Promise<string>) | null;
};

/** A server of the Model Context Protocol that a run asks at `/mcp/NAME`. */
export type McpRoute = {
  name: string;
  /** The server's URL. */
  upstream: string;
  /** Added outside the sandbox, asked once a request: `authorization` is sent as a bearer token. */
  credential: { header: string; read: () => Promise<string> } | null;
  /** Why policy lets the run not connect to it; `null`: it may. */
  refusal: string | null;
};

/** Such a server in a replay: its answers come from a recording. */
export type RecordedMcpRoute = { name: string; playback: ExchangePlayback };

/** One request to the model or to an MCP server, as it passes the gateway. */
export type PassingRequest = {
  method: string;
  path: string;
  /** As it was forwarded; as it was asked where the gateway refused it; `null`: there was none to read. */
  body: Buffer | null;
  forwarded: boolean;
  /** The most tokens of output that the gateway let it ask for; `null`: it set no bound. */
  output: number | null;
};

/** Takes down what answers a request, while it passes. None of it waits for anything. */
export type AnswerRecord = {
  began(status: number, headers: Record<string, string>): void;
  chunk(bytes: Buffer): void;
  /** The provider goes on with it in the background, by this id; `reservation`: what its cost counts in. */
  goesOn(id: string, reservation: Reservation | null): void;
  /** `whole`: whether the answer came to its end. */
  ended(whole: boolean): void;
};

export type RecordExchange = (request: PassingRequest) => AnswerRecord;

/** A request that may have been made before, by the run that is replayed or a worker that was lost. */
export type AskedAgain = {
  method: string;
  path: string;
  /** `null`: there is none to read. */
  body: Record<string, unknown> | null;
  /** The body as it would be forwarded where the gateway let it ask for this much output. */
  forwarded(output: number | null): Record<string, unknown> | null;
};

export type PlayedAnswer = {
  /** `null`: no answer had begun. */
  head: { status: number; headers: Record<string, string> } | null;
  body: Buffer;
  /** The answer ends, is cut, or goes on without another byte until the run is ended. */
  next: 'end' | 'cut' | 'wait';
};

/** What a run reached, in its replay; `null`: nothing like this request was recorded, and the run is ended. */
export type ExchangePlayback = { answer(asked: AskedAgain): Promise<PlayedAnswer | null> };

/** The model endpoint of a replay: answers come from a recording, nothing is forwarded. */
export type RecordedRoute = { dialect: ModelRoute['dialect']; playback: ExchangePlayback };

/** An answer that a lost worker had asked for, and that its provider has or goes on with. */
export type LeftAnswer = {
  id: string;
  reservation: Reservation | null;
  /** It is read from here on; the function is called with what it came to, once. */
  takeUp(): (usage: Usage) => void;
};

/** What becomes of answers that go on in the background, beyond the worker that asked for them. */
export type BackgroundAnswers = {
  /** The answer to the same request of a worker that was lost; `null`: there is none. */
  left(asked: AskedAgain): Promise<LeftAnswer | null>;
  /** Whether an answer that is under way is left to whoever takes the run up. */
  leaves(): boolean;
};

/** A call that may be sent: what it may come to is reserved. */
export type ReservedCall = {
  /** By it another process can settle the call; `null`: none can. */
  reservation: Reservation | null;
  /** The most tokens of output. */
  output: number;
  /** Where its usage so far can be read. */
  follow(usage: () => Usage): void;
  /**
   * The call is over; `null`: it was not sent. `firstByteMs`: until the first byte of its answer. It is
   * said once; what is said later is ignored.
   */
  settle(usage: Usage | null, firstByteMs?: number | null): void;
  /** It stays open, with what was counted until now: the call goes on without this process. */
  leave(): void;
};

/** What a run may spend at its models; asked before each call, with its tokens as they are estimated. */
export type CallBudget = {
  /** A text says why the call is not sent. */
  reserve(call: { model: string; input: number; output: number }): Promise<ReservedCall | string>;
};

/** A call of a model that is over. Milliseconds since 1970. */
export type EndedCall = {
  model: string;
  from: number;
  to: number;
  /** Until the first byte of the answer; `null`: none came. */
  firstByteMs: number | null;
  usage: Usage;
  end: CallEnd;
};

export type GatewaySpec = {
  run: string;
  model: ModelRoute | RecordedRoute | null;
  /** Takes down each exchange with the model and with MCP servers; `null`: nobody does. */
  record: RecordExchange | null;
  /** `null`: an answer in the background ends with the run. */
  background: BackgroundAnswers | null;
  /** Told of each call of the model that costs something, once it is over; `null`: nobody is. */
  called: ((call: EndedCall) => void) | null;
  /** Host names (`name` or `name:port`, default 443) that CONNECT and plain proxying may reach. */
  hosts: string[];
  /** Decides about every other host name; `null`: no other is reached. */
  mayConnect: AskToConnect | null;
  registries: readonly RegistryRoute[];
  /** Each call of a tool of theirs is decided by `decide`. */
  mcp: readonly (McpRoute | RecordedMcpRoute)[];
  /** `null`: what the models cost is nobody's to limit. */
  budget: CallBudget | null;
  /** What the agent asks before it acts; `null`: this run asks nothing. */
  decide: Decide | null;
};

/** How a call of the model ended. A client that left an answer that was coming is `answered`. */
export type CallEnd = 'answered' | { class: ErrorClass; message: string };

export type GatewayReport = {
  usage: Usage;
  modelRequests: number;
  /** Answers of the provider that were not 2xx, by status. */
  failures: Record<number, number>;
  /** Of the calls that cost something and have ended, how the one ended that began last; `null`: none has. */
  lastCall: CallEnd | null;
  /** Destinations that were refused, once each; the last entry says so where there were more. */
  refused: string[];
  /** Destinations that it may connect to and that were not reached, once each. */
  unreached: Unreached[];
};

/** `by`: DNS does not know the name, no connection came about, or TLS failed. */
export type Unreached = {
  destination: string;
  by: 'name' | 'connection' | 'tls';
  reason: string;
};

export type OpenGateway = {
  /** The folder to bind at `/run/gw`. */
  folder: string;
  report(): GatewayReport;
  close(): Promise<GatewayReport>;
};

export type Gateway = {
  open(spec: GatewaySpec): Promise<OpenGateway>;
  /** Removes what a run left whose process is gone. */
  reap(run: string): Promise<void>;
};
