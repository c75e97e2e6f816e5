/** The gateway: the only door out of the sandbox. One unix socket per run. */
import type { ActAnswer } from '../../core/act.ts';
import type { Usage } from '../../core/agent-event.ts';

/** The model endpoint a run may call; the credential is added outside the sandbox. */
export type ModelRoute = {
  /** The dialect, which says what paths are allowed and where usage stands in an answer. */
  dialect: 'openai-responses' | 'openai-chat' | 'anthropic' | 'gemini';
  /** Base URL of the provider, without the dialect's path. */
  upstream: string;
  /** Asked once per request, outside the sandbox; never kept. */
  credential: () => Promise<string>;
};

/** Answers one question of the agent; anything is asked, so it is checked there. */
export type Decide = (question: unknown) => Promise<ActAnswer>;

export type GatewaySpec = {
  run: string;
  model: ModelRoute | null;
  /** Host names (`name` or `name:port`, default 443) that CONNECT and plain proxying may reach. */
  hosts: string[];
  /** Refuses model calls once this many tokens are spent; `null`: no limit. */
  tokenLimit: number | null;
  /** What the agent asks before it acts; `null`: this run asks nothing. */
  decide: Decide | null;
};

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
