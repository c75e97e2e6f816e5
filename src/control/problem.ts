/** Answers of HTTP: JSON, and what is wrong as a problem document (RFC 9457). */
import type { ServerResponse } from 'node:http';
import type { CallFault } from '../core/call.ts';

export type HttpProblem = {
  status: number;
  title: string;
  /** What to do about it. */
  detail: string;
  /** Where in the body, and what is wrong there. */
  errors?: CallFault[];
  headers?: Record<string, string>;
};

export function answerJson(
  response: ServerResponse,
  { status, value, headers = {} }: { status: number; value: object; headers?: object },
): void {
  send(response, status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

export function answerProblem(
  response: ServerResponse,
  { status, title, detail, errors, headers = {} }: HttpProblem,
): void {
  const body = { type: 'about:blank', title, status, detail, ...(errors && { errors }) };
  send(response, status, JSON.stringify(body), {
    'content-type': 'application/problem+json',
    // What is left of a refused body is not waited for.
    connection: 'close',
    ...headers,
  });
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string>,
): void {
  if (response.headersSent || response.destroyed) return;
  const body = `${text}\n`;
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
