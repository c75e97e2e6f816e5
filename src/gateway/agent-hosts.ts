/** The hosts that an agent connects to: policy is asked once for each, and their traffic is bounded. */
import { Transform } from 'node:stream';
import type { AskToConnect } from '../engine/ports/gateway.ts';
import { authorityOf, type Destination } from './grants.ts';

/** No agent needs more: each is a question to policy, and a denial is in the log. */
const MOST_HOSTS = 20;
/** Of all hosts together, at a time. */
const MOST_CONNECTIONS = 32;
/** Of all hosts together, in both directions, while the agent's process lives. */
const MOST_BYTES = 1024 * 1024 * 1024;

type HostLimits = { hosts: number; connections: number; bytes: number };
export const HOST_LIMITS: HostLimits = {
  hosts: MOST_HOSTS,
  connections: MOST_CONNECTIONS,
  bytes: MOST_BYTES,
};

export type AgentHosts = {
  /** Why the run may not connect there; `null`: it may. */
  refusal(destination: Destination): Promise<string | null>;
  /** Takes one of the connections, until `free` is called; `null`: there is none left. */
  occupy(): { free(): void } | null;
  /** What is sent passes through it, and breaks off once the run has moved all that it may. */
  counted(): Transform;
  limits: HostLimits;
};

export function createAgentHosts(mayConnect: AskToConnect, limits = HOST_LIMITS): AgentHosts {
  const asked = new Map<string, ReturnType<AskToConnect>>();
  let connections = 0;
  let bytes = 0;
  return {
    limits,
    async refusal(destination) {
      const name = authorityOf(destination);
      const { host, port } = destination;
      const answer =
        asked.get(name) ?? (asked.size < limits.hosts ? mayConnect({ host, port }) : null);
      if (!answer) return `this run has named ${limits.hosts} hosts, and may name no other`;
      asked.set(name, answer);
      const { outcome, reason } = await answer;
      return outcome === 'allow' ? null : reason.replace(/\.$/, '');
    },
    occupy() {
      if (connections >= limits.connections) return null;
      connections += 1;
      let free = () => {
        connections -= 1;
        free = () => {};
      };
      return { free: () => free() };
    },
    counted: () =>
      new Transform({
        transform(chunk: Buffer, _encoding, done) {
          bytes += chunk.length;
          if (bytes <= limits.bytes) return done(null, chunk);
          done(new Error(`the run has moved ${limits.bytes} bytes, the most that it may`));
        },
      }),
  };
}
