import type { GitHub } from '../github.ts';
import { type Actor, rateKey } from './actor.ts';

/** A request that was answered, as GitHub's limits see it. */
export interface CountedRequest {
  readonly at: number;
  readonly by: Actor['kind'];
  /** The account whose limit it counts against. */
  readonly account: string;
  /** An operation's id, or `graphql`. */
  readonly operation: string;
  readonly kind: 'read' | 'write';
  readonly status: number;
  /** What it cost of the hour; nothing where it was refused or told 304. */
  readonly cost: number;
  /** A limit refused it. */
  readonly limited: boolean;
}

type Answered = Omit<CountedRequest, 'at' | 'by' | 'account' | 'limited'> & { message: string };

export function count(github: GitHub, actor: Actor, { message, ...answered }: Answered): void {
  github.requests.push({
    ...answered,
    at: github.now().getTime(),
    by: actor.kind,
    account: rateKey(actor),
    limited: /rate limit/.test(message),
  });
}
