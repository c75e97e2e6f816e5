/** Answers of HTTP: JSON, and what is wrong as a problem document (RFC 9457). */
import type { ServerResponse } from 'node:http';
import type { CallFault } from '../core/call.ts';

export type HttpProblem = {
  status: number;
  title: string;
  /** What it is, for programs: it never changes once it is released. */
  code: string;
  /** What is wrong, and what to do about it, for people. */
  message: string;
  next: string;
  /** Where in the request, and what is wrong there. */
  errors?: CallFault[];
  /** What else programs may need to go on. */
  also?: Readonly<Record<string, unknown>>;
  headers?: Record<string, string>;
};

/** The whole of it, for people; null: nothing is wrong. */
export const inWords = (problem: HttpProblem | null): string | null =>
  problem && [problem.message, problem.next].filter(Boolean).join(' ');

/** `detail` is the standard's name for what `message` and `next` say. */
export const problemText = (problem: HttpProblem): string => {
  const { status, title, code, message, next, errors, also } = problem;
  return `${JSON.stringify({
    type: 'about:blank',
    title,
    status,
    code,
    detail: inWords(problem),
    message,
    next,
    ...(errors && { errors }),
    ...also,
  })}\n`;
};

export const PROBLEM_TYPE = 'application/problem+json';

/** Of every answer: nobody keeps it, and no browser takes it for something else. */
export const SAFE_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export function answerJson(
  response: ServerResponse,
  { status, value, headers = {} }: { status: number; value: object; headers?: object },
): void {
  send(response, status, `${JSON.stringify(value)}\n`, {
    'content-type': 'application/json',
    ...headers,
  });
}

export function answerProblem(response: ServerResponse, problem: HttpProblem): void {
  send(response, problem.status, problemText(problem), {
    'content-type': PROBLEM_TYPE,
    // What is left of a refused body is not waited for.
    connection: 'close',
    ...problem.headers,
  });
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string>,
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
