/**
 * What the requests to GitHub are for that a piece of work makes, however deep inside it: whoever
 * begins the work says so once, and the client reads it where a request is made.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestClass } from '../../../core/request-class.ts';
import type { InClass } from '../../../engine/ports/github.ts';

const current = new AsyncLocalStorage<RequestClass>();

export const inClass: InClass = (is, work) => current.run(is, work);

/** Work that nobody has said anything about is the least urgent. */
export const requestClass = (): RequestClass => current.getStore() ?? 'rest';
