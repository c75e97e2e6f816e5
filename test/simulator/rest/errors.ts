/** An answer of 4xx or 5xx, thrown by whoever finds the reason. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, more: More) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

interface More {
  readonly errors?: readonly unknown[];
  readonly headers?: Readonly<Record<string, string>>;
}

export function refusal(status: number, message: string, more: More = {}): Refusal {
  return new Refusal(status, message, more);
}

export function notFound(): Refusal {
  return refusal(404, 'Not Found');
}

export function forbidden(message = 'Resource not accessible by integration'): Refusal {
  return refusal(403, message);
}

/** GitHub's 422; a text stands for an error of code `custom`. */
export function unprocessable(
  resource: string,
  ...errors: (
    | string
    | { readonly field: string; readonly code: string; readonly message?: string }
  )[]
): Refusal {
  return refusal(422, 'Validation Failed', {
    errors: errors.map(error =>
      typeof error === 'string'
        ? { resource, code: 'custom', message: error }
        : { resource, ...error },
    ),
  });
}

/** The plainer 422 that reviews answer with: its errors are texts. */
export function unprocessableText(message: string): Refusal {
  return refusal(422, 'Unprocessable Entity', { errors: [message] });
}

export function errorBody(error: Refusal): Record<string, unknown> {
  return {
    message: error.message,
    ...(error.errors && { errors: error.errors }),
    documentation_url: 'https://docs.github.com/rest',
    status: String(error.status),
  };
}
