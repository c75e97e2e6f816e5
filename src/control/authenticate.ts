/** Who calls over HTTP: a machine token that is good, within the limits of its address and its own. */
import type { IncomingMessage } from 'node:http';
import { recognise } from '../engine/machine-tokens.ts';
import type { MachineToken, MachineTokens } from '../engine/ports/machine-tokens.ts';
import type { Quotas } from '../engine/ports/quotas.ts';
import { addressOf } from './address.ts';
import { createMinuteLimit } from './minute-limit.ts';
import type { HttpProblem } from './problem.ts';

export type HookLimits = {
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

export function createAuthenticate(parts: {
  machineTokens: MachineTokens;
  quotas: Quotas;
  limits: HookLimits;
}): Authenticate {
  const { machineTokens, quotas, limits } = parts;
  const ofAddress = createMinuteLimit(limits.perAddress);
  return async request => {
    // Counted before anything is looked up: guessing costs no question to the database.
    const early = ofAddress(addressOf(request, limits.proxies), performance.now());
    if (early > 0) return { ok: false, problem: tooMany('address', early) };
    const [, text = ''] =
      /^Bearer +([\w-]{1,200})$/i.exec(request.headers.authorization ?? '') ?? [];
    const token = await recognise(machineTokens, text);
    if (token === null) return { ok: false, problem: UNKNOWN };
    const windows = [{ spanMs: 60_000, limit: limits.perToken }];
    const wait = limits.perToken === 0 ? 0 : await quotas.take(`hook:${token.id}`, windows);
    return wait > 0 ? { ok: false, problem: tooMany('token', wait) } : { ok: true, token };
  };
}

const UNKNOWN: HttpProblem = {
  status: 401,
  title: 'Unauthorized',
  detail:
    'Send `Authorization: Bearer TOKEN` with a token that is good: whoever operates Gatehouse makes one by `gatehouse token create`.',
  headers: { 'www-authenticate': 'Bearer realm="gatehouse"' },
};

const tooMany = (what: string, waitMs: number): HttpProblem => ({
  status: 429,
  title: 'Too Many Requests',
  detail: `This ${what} has sent as many requests as it may within a minute: send it again later.`,
  headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
});
