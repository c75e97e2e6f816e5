/**
 * Bounds what the requests of one run cost: they share a rate, and a connection has few under way.
 * What is over the rate waits; where too many wait, their connections are cut.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createRate, type Rate } from '../core/bounds/rate.ts';
import { cutConnection } from './cut-connection.ts';

/** An install of a thousand packages is no flood. */
const RATE = { perSecond: 300, burst: 1_500 };
/**
 * Calls of a model or an MCP server, which are made in the operator's name: their provider counts those of all
 * runs together, also the ones that cost nothing. Many agents at once are no flood.
 */
const CALL_RATE = { perSecond: 10, burst: 100 };
/** The next request may come before the last answer is known to have left; no client sends more. */
const ON_ONE_CONNECTION = 2;
/** Requests under way in all; each may wait for a model, a registry or an answer of policy. */
const UNDER_WAY = 300;

/** After one was cut, new connections of the run are cut as well for so long. Milliseconds. */
const PENALTY_MS = 200;

type RequestLimit = {
  /** Whether a new connection is to be cut at once. */
  isCutOff(): boolean;
  /** False where the request is not answered: its connection is cut. */
  admit(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** The same of a connection that asks for a tunnel; it has no place any more once its turn has come. */
  admitTunnel(client: Duplex): Promise<boolean>;
  admitCall: AdmitCall;
};

/** Resolves when the request, which was admitted, may be made of others; false: its client has left. */
export type AdmitCall = (response: ServerResponse) => Promise<boolean>;

export function createRequestLimit(): RequestLimit {
  let cutUntil = Number.NEGATIVE_INFINITY;
  const rate = createRate(RATE);
  const callRate = createRate(CALL_RATE);
  const onConnection = new WeakMap<Duplex, number>();
  let underWay = 0;
  const cut = (socket: Duplex) => {
    cutConnection(socket);
    cutUntil = performance.now() + PENALTY_MS;
    return false;
  };
  /** Whoever goes away while it waits has its place until its turn: leaving is no way around the rate. */
  const turn = async (kept: Rate = rate) => {
    const wait = kept(performance.now());
    if (wait > 0) await delay(wait);
  };
  return {
    isCutOff: () => performance.now() < cutUntil,
    async admit({ socket }, response) {
      const here = onConnection.get(socket) ?? 0;
      if (socket.destroyed) return false;
      if (here >= ON_ONE_CONNECTION || underWay >= UNDER_WAY) return cut(socket);
      onConnection.set(socket, here + 1);
      underWay += 1;
      const closed = new Promise(resolve => response.once('close', resolve));
      const comes = turn();
      void Promise.all([closed, comes]).then(() => {
        onConnection.set(socket, (onConnection.get(socket) ?? 1) - 1);
        underWay -= 1;
      });
      await comes;
      return !response.closed;
    },
    async admitTunnel(client) {
      if (underWay >= UNDER_WAY) return cut(client);
      underWay += 1;
      await turn();
      underWay -= 1;
      return !client.destroyed;
    },
    async admitCall(response) {
      await turn(callRate);
      return !response.closed;
    },
  };
}
