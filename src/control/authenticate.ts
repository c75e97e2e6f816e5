/** Who calls over HTTP: a machine token that is good, within the limits of its address and its own. */
import type { IncomingMessage } from 'node:http';
import { recognise } from '../engine/machine-tokens.ts';
import type { MachineToken, MachineTokens } from '../engine/ports/machine-tokens.ts';
import type { Quotas } from '../engine/ports/quotas.ts';
import { addressOf } from './address.ts';
import { createMinuteLimit } from './minute-limit.ts';
import type { HttpProblem } from './problem.ts';

type HookLimits = {
  /** Of one token, in a minute, over all processes; 0: there is none. */
  perToken: number;
  /** Of one address, in a minute, in each process; 0: there is none. */
  perAddress: number;
  /** How many proxies stand before us. */
  proxies: number;
};

export type Authenticate = (
  request: IncomingMessage,
) => Promise<{ ok: true; token: MachineToken } | { ok: false; problem: HttpProblem }>;

/** Reading changes nothing: so many times as often may be read as called, counted in each process. */
const READS = 10;

/** Of what starts or changes something. */
export function authenticateCalls(parts: {
  machineTokens: MachineTokens;
  quotas: Quotas;
  limits: HookLimits;
}): Authenticate {
  const { machineTokens, quotas, limits } = parts;
  const windows = [{ spanMs: 60_000, limit: limits.perToken }];
  return createAuthenticate(machineTokens, limits, async id =>
    limits.perToken === 0 ? 0 : quotas.take(`hook:${id}`, windows),
  );
}

export function authenticateReads(machineTokens: MachineTokens, calls: HookLimits): Authenticate {
  const limits = { proxies: calls.proxies, perAddress: calls.perAddress * READS };
  const ofToken = createMinuteLimit(calls.perToken * READS);
  return createAuthenticate(machineTokens, limits, async id => ofToken(id, performance.now()));
}

/** `ofToken`: counts one request of it, and says how long it must wait. */
function createAuthenticate(
  machineTokens: MachineTokens,
  { perAddress, proxies }: Pick<HookLimits, 'perAddress' | 'proxies'>,
  ofToken: (id: string) => Promise<number>,
): Authenticate {
  const ofAddress = createMinuteLimit(perAddress);
  return async request => {
    // Counted before anything is looked up: guessing costs no question to the database.
    const early = ofAddress(addressOf(request, proxies), performance.now());
    if (early > 0) return { ok: false, problem: tooMany('address', early) };
    const [, text = ''] =
      /^Bearer +([\w-]{1,200})$/i.exec(request.headers.authorization ?? '') ?? [];
    const token = await recognise(machineTokens, text);
    if (token === null) return { ok: false, problem: UNKNOWN };
    const wait = await ofToken(token.id);
    return wait > 0 ? { ok: false, problem: tooMany('token', wait) } : { ok: true, token };
  };
}

const UNKNOWN: HttpProblem = {
  status: 401,
  title: 'Unauthorized',
  code: 'unauthorized',
  message: 'Nobody is known by this request.',
  next: 'Sign in to the console, or send `Authorization: Bearer TOKEN` with a token that is good: whoever operates Gatehouse makes one by `gatehouse token create`.',
  headers: { 'www-authenticate': 'Bearer realm="gatehouse"' },
};

export const tooMany = (what: string, waitMs: number): HttpProblem => ({
  status: 429,
  title: 'Too Many Requests',
  code: 'too_many_requests',
  message: `This ${what} has sent as many requests as it may within a minute.`,
  next: 'Send it again later.',
  headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
});
