/** What the gateway knows of a provider's API. */
import type { z } from 'zod';
import type { Usage } from '../../core/agent-event.ts';

export type ModelRequest = Record<string, unknown>;

type TokenCount = {
  /** The figures in this event; those of a later event replace them one by one. */
  usage: Partial<Usage>;
  /** `false` where later events will have higher figures. */
  final: boolean;
};

export type Dialect = {
  /** Whether a path costs tokens (`metered`) or not (`free`); `null` refuses it. */
  endpoint(method: string, path: string): 'metered' | 'free' | null;
  /** All that a request may hold. */
  request: z.ZodType;
  /** The model that a request names. */
  model(path: string, body: ModelRequest): unknown;
  /** The headers that prove who pays; `forwarded`: those that are sent besides. */
  credential(secret: string, forwarded: Record<string, string>): Record<string, string>;
  /** Request headers that are forwarded, besides content-type, accept and user-agent. */
  headers: string[];
  /** The most tokens of output that the request asks for; 0 where it does not say. */
  output(body: ModelRequest): number;
  /** Whether the provider is told the most tokens of output; else an answer is cut off there, as estimated. */
  takesBound: boolean;
  /** Adds what the provider needs to be told: the most tokens of output, and to report usage. */
  prepare(body: ModelRequest, output: number | null): ModelRequest;
  /** A request of this model that costs as little as one can. */
  smallest(model: string): {
    path: string;
    headers: Record<string, string>;
    body: ModelRequest;
  };
  /** Where an answer is found that goes on in the background, if the request wants one; else `null`. */
  background(body: ModelRequest): { answers: string } | null;
  usage(event: unknown): TokenCount | null;
  /** The generated text, by which the usage of a truncated response is estimated. */
  text(event: unknown): string;
  error(status: number, code: string, message: string): unknown;
};

export const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

export const openaiError = (_status: number, code: string, message: string) => ({
  error: { message, type: code, code, param: null },
});
