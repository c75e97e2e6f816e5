/** What is wrong with a request, as problems: the same words everywhere. */
import type { z } from 'zod';
import type { CallFault } from '../core/call.ts';
import type { HttpProblem } from './problem.ts';

/** More would be read by nobody. */
const MOST_FAULTS = 20;

/** It may be there and not be shown to whoever asks. */
export const notFound = (what: string): HttpProblem => ({
  status: 404,
  title: 'Not Found',
  code: 'not_found',
  message: `There is no such ${what}, or you may not see it.`,
  next: 'Look it up in the list, or ask for access to its repository on GitHub.',
});

/** It is seen, and may not be done. `next`: what would have to change. */
export const forbidden = (message: string, next: string): HttpProblem => ({
  status: 403,
  title: 'Forbidden',
  code: 'forbidden',
  message,
  next,
});

/** `where`: `path`, `query` or `body`. */
export const invalid = (where: string, error: z.ZodError): HttpProblem => ({
  status: 422,
  title: 'The request is not valid',
  code: 'invalid',
  message: `Its ${where} is not what this endpoint takes.`,
  next: 'Correct what `errors` names; /api/v1/openapi.json says what it takes.',
  errors: faultsOf(where, error),
});

const faultsOf = (where: string, error: z.ZodError): CallFault[] =>
  error.issues.slice(0, MOST_FAULTS).map(({ path, message }) => ({
    pointer: `${where === 'body' ? '' : `/${where}`}${path.map(part => `/${escaped(String(part))}`).join('')}`,
    detail: message.slice(0, 300),
  }));

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

export const NUL: HttpProblem = {
  status: 422,
  title: 'The request is not valid',
  code: 'invalid',
  message: 'Its address contains the character NUL.',
  next: 'Leave it out.',
};

export const unreadable = (status: number, message: string): HttpProblem => ({
  status,
  title: 'Unreadable body',
  code: 'unreadable',
  message,
  next: 'Send one JSON object with `Content-Type: application/json`.',
});

export const NO_JSON: HttpProblem = {
  status: 415,
  title: 'Unsupported Media Type',
  code: 'no_json',
  message: 'The body is of another type.',
  next: 'Send it with `Content-Type: application/json`.',
};

export const NO_ENDPOINT: HttpProblem = {
  status: 404,
  title: 'Not Found',
  code: 'no_endpoint',
  message: 'The API has no such endpoint.',
  next: '/api/v1/openapi.json lists them.',
};

export const notAllowed = (allow: string): HttpProblem => ({
  status: 405,
  title: 'Method Not Allowed',
  code: 'method_not_allowed',
  message: `Only ${allow} is answered here.`,
  next: `Send ${allow}.`,
  headers: { allow },
});

/** A page of somebody else has a person's browser send it. */
export const CROSS_SITE: HttpProblem = {
  status: 403,
  title: 'Forbidden',
  code: 'foreign',
  message: 'The request comes from another site.',
  next: 'Act in the console itself, or call with a machine token.',
};

export const TOO_SLOW: HttpProblem = {
  status: 503,
  title: 'Service Unavailable',
  code: 'too_slow',
  message: 'The answer took too long.',
  next: 'Ask for less at once, or try again later.',
  headers: { 'retry-after': '10' },
};

export const AWAY: HttpProblem = {
  status: 503,
  title: 'Service Unavailable',
  code: 'unavailable',
  message: 'What Gatehouse works with, such as its database, does not answer.',
  next: 'Send the same request again later; a call with a key, with the same key.',
  headers: { 'retry-after': '10' },
};

export const BROKEN: HttpProblem = {
  status: 500,
  title: 'Internal Server Error',
  code: 'internal',
  message: 'The request could not be answered.',
  next: 'Try again; what went wrong stands in the log of Gatehouse.',
};
