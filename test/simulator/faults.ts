/** A fault of the API, met by the next matching requests. */
export interface ApiFault {
  /**
   * An operation id, `graphql`, `git-upload-pack` or `git-receive-pack`, or a pattern on
   * `METHOD /path`; absent, any request.
   */
  readonly match?: string | RegExp;
  /**
   * `timeout` never answers; `lostAnswer` does what was asked and then breaks the connection;
   * `secondary` is the 403 of the secondary rate limit; 422 refuses what GitHub otherwise takes.
   */
  readonly status: 422 | 500 | 502 | 503 | 429 | 'secondary' | 'timeout' | 'lostAnswer';
  readonly times?: number;
  /** What the error says, in place of its usual words. */
  readonly message?: string;
  /** Seconds, for 429 and the secondary limit. */
  readonly retryAfter?: number;
}

/** A fault of webhook delivery, met by the next matching deliveries. */
export interface WebhookFault {
  readonly match?: { readonly event?: string; readonly action?: string };
  /** `reorder` holds one back until the next delivery to the same App has been sent. */
  readonly effect: 'drop' | 'duplicate' | 'delay' | 'reorder';
  readonly times?: number;
  /** How long a delayed one waits. */
  readonly ms?: number;
}

export interface Faults {
  api(fault: ApiFault): void;
  webhooks(fault: WebhookFault): void;
  clear(): void;
  takeApi(operation: string, request: string): ApiFault | undefined;
  takeWebhook(event: string, action: string | null): WebhookFault | undefined;
}

export function createFaults(): Faults {
  const api: { fault: ApiFault; left: number }[] = [];
  const webhooks: { fault: WebhookFault; left: number }[] = [];

  function take<T>(
    list: { fault: T; left: number }[],
    matches: (fault: T) => boolean,
  ): T | undefined {
    const index = list.findIndex(entry => matches(entry.fault));
    const entry = list[index];
    if (!entry) return undefined;
    entry.left -= 1;
    if (entry.left <= 0) list.splice(index, 1);
    return entry.fault;
  }

  return {
    api: fault => void api.push({ fault, left: fault.times ?? 1 }),
    webhooks: fault => void webhooks.push({ fault, left: fault.times ?? 1 }),
    clear() {
      api.length = 0;
      webhooks.length = 0;
    },
    takeApi: (operation, request) =>
      take(api, ({ match }) => {
        if (match === undefined) return true;
        return typeof match === 'string' ? match === operation : match.test(request);
      }),
    takeWebhook: (event, action) =>
      take(webhooks, ({ match }) => {
        if (match?.event !== undefined && match.event !== event) return false;
        return match?.action === undefined || match.action === action;
      }),
  };
}
