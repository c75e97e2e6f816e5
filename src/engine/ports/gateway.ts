/** The gateway: the only way out of the sandbox, by one unix socket per run. */
import type { ActAnswer } from '../../core/act.ts';
import type { Usage } from '../../core/agent-event.ts';

/** The model endpoint a run may call; the credential is added outside the sandbox. */
export type ModelRoute = {
  /**
   * What the provider's API speaks: it decides which paths are allowed and where an answer has its usage.
   * `openai-chat`, `anthropic` and `gemini` are for the agents of issue 14.
   */
  dialect: 'openai-responses' | 'openai-chat' | 'anthropic' | 'gemini';
  /** Base URL of the provider, without the dialect's path. */
  upstream: string;
  /** Asked once per request, outside the sandbox; never kept. */
  credential: () => Promise<string>;
  /** What policy says of calling this model; asked once for each model that the run names. */
  mayCall: (model: string) => Promise<ActAnswer>;
};

/** Answers one question of the agent; anything is asked, so it is checked there. */
export type Decide = (question: unknown) => Promise<ActAnswer>;

/** A package registry that a run may read; the credential is added outside the sandbox. */
export type RegistryRoute = {
  /** The name that the sandbox asks for, by plain http. */
  name: string;
  /** The registry's URL. */
  upstream: string;
  /** What may be read besides paths below the URL's. */
  paths: readonly string[];
  /** `user:password` or a bearer token, asked once a request; `null`: none is needed. */
  credential: (() => Promise<string>) | null;
};

export type GatewaySpec = {
  run: string;
  model: ModelRoute | null;
  /** Host names (`name` or `name:port`, default 443) that CONNECT and plain proxying may reach. */
  hosts: string[];
  registries: readonly RegistryRoute[];
  /** Refuses model calls that could spend more than this many tokens; `null`: no limit. */
  tokenLimit: number | null;
  /** What the agent asks before it acts; `null`: this run asks nothing. */
  decide: Decide | null;
};

/** The engine reads `usage`; issue 14 keeps the rest with the run. */
export type GatewayReport = {
  usage: Usage;
  modelRequests: number;
  /** Answers of the provider that were not 2xx, by status. */
  failures: Record<number, number>;
  /** Destinations that were refused, once each. */
  refused: string[];
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
