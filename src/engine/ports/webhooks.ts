/** Webhooks that we send. */
export type OutgoingWebhook = {
  /** The same for the same content, however often it is sent. */
  id: string;
  url: string;
  body: string;
  /** What it is signed with, as Standard Webhooks have it; `null`: it is not signed. */
  secret: string | null;
  /** Whether the address may be one of this machine or its networks. */
  mayBePrivate: boolean;
};

export type Webhooks = {
  /** Resolves once it is taken; throws `WebhookFailure`. It is sent once. */
  send(webhook: OutgoingWebhook, signal: AbortSignal): Promise<void>;
};

export class WebhookFailure extends Error {
  readonly retryable: boolean;
  /** As whoever refused it asks; `null`: nothing was said. */
  readonly retryAfterMs: number | null;
  constructor(problem: string, again: { retryable: boolean; retryAfterMs?: number | null }) {
    super(problem);
    this.retryable = again.retryable;
    this.retryAfterMs = again.retryAfterMs ?? null;
  }
}
