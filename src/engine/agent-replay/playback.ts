/**
 * The model and the MCP servers of a replay: they answer strictly from the recording, in order. A request that is not the
 * recorded one, apart from what the agent's adapter declares volatile, is a divergence. Exchanges that
 * overlapped when they were recorded may come in any order.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Digest } from '../../core/decision.ts';
import type { RecordedExchange, RunRecording } from '../../core/recording.ts';
import type { Volatile } from '../ports/agent.ts';
import type { AskedAgain, ExchangePlayback, PlayedAnswer } from '../ports/gateway.ts';
import type { Divergences } from './divergence.ts';
import { firstDifference, type RequestDifference } from './first-difference.ts';

type Compared = Omit<RequestDifference, 'part'> & { part: string };

const receiverOf = (path: string): string => {
  const [, first, name] = path.split('/');
  return first === 'mcp' ? `the MCP server ${name}` : 'the model';
};

/** How long a request that comes too early waits for the one before it. */
const EARLY_MS = 10_000;

type Playback = ExchangePlayback & {
  /** How many requests were answered. */
  answered(): number;
  /** The first recorded request that never came; `null`: all did. */
  unasked(): string | null;
};

export function createPlayback(of: {
  recording: Pick<RunRecording, 'exchanges' | 'missing'>;
  read: (digest: Digest) => Promise<Buffer>;
  redact: (text: string) => string;
  volatile: Volatile;
  /** The run was ended from outside, so that nobody knows what would have come after. */
  endedFromOutside: boolean;
  divergences: Divergences;
}): Playback {
  const { recording, read, redact, volatile, endedFromOutside, divergences } = of;
  const { exchanges } = recording;
  const open = new Set(exchanges);
  let progress = Promise.withResolvers<void>();

  const nameOf = (exchange: RecordedExchange) =>
    `request ${exchanges.indexOf(exchange) + 1} to ${receiverOf(exchange.path)}`;

  /** Those that may come now: all that ended before them has come. */
  const due = (): RecordedExchange[] => {
    const firstEnd = Math.min(...[...open].map(({ ended }) => ended));
    return [...open].filter(({ began }) => began < firstEnd);
  };

  const compare = async (
    exchange: RecordedExchange,
    asked: AskedAgain,
  ): Promise<Compared | null> => {
    const { method, path } = asked;
    const was = `${exchange.method} ${exchange.path}`;
    const is = `${method} ${redact(path)}`;
    if (was !== is) return { field: 'path', part: 'the request', recorded: was, replayed: is };
    const recorded = exchange.request && JSON.parse((await read(exchange.request)).toString());
    const differenceOf = (body: Record<string, unknown> | null) =>
      firstDifference(recorded, body && JSON.parse(redact(JSON.stringify(body))), volatile);
    const { forwarded, output } = exchange;
    const difference = differenceOf(forwarded ? asked.forwarded(output) : asked.body);
    if (difference === null || !forwarded || output === null) return difference;
    // Older recordings have calls of the chat API that were sent without the bound that was reserved.
    return differenceOf(asked.forwarded(null)) && difference;
  };

  const answerOf = async (exchange: RecordedExchange): Promise<PlayedAnswer> => {
    const { status, headers, whole, ended } = exchange;
    const last = exchanges.every(({ began }) => began < ended);
    const next = whole ? 'end' : endedFromOutside && last ? 'wait' : 'cut';
    const head = status === 0 ? null : { status, headers };
    return { head, body: await read(exchange.response), next };
  };

  const diverge = (at: string, difference: Compared) => {
    const { part, field, recorded, replayed } = difference;
    divergences.found({ of: part, at: field ? `${at}, ${field}` : at, recorded, replayed });
    return null;
  };

  const answer = async (asked: AskedAgain): Promise<PlayedAnswer | null> => {
    for (const tooLate = performance.now() + EARLY_MS; ; ) {
      const { promise: more } = progress;
      let nearest: { exchange: RecordedExchange; difference: Compared } | null = null;
      for (const exchange of due()) {
        const difference = await compare(exchange, asked);
        // Another request may have taken it meanwhile.
        if (difference === null && open.delete(exchange)) {
          progress.resolve();
          progress = Promise.withResolvers();
          return answerOf(exchange);
        }
        if (difference && (!nearest || nearest.difference.field === 'path'))
          nearest = { exchange, difference };
      }
      if (await comesLater(asked)) {
        const wait = tooLate - performance.now();
        if (wait > 0) {
          await Promise.race([more, delay(wait)]);
          continue;
        }
      }
      if (nearest) return diverge(nameOf(nearest.exchange), nearest.difference);
      if (endedFromOutside) return { head: null, body: Buffer.alloc(0), next: 'wait' };
      return diverge(`after ${exchanges.length} requests`, {
        part: 'the request',
        field: '',
        recorded: recording.missing ?? 'no further request',
        replayed: `${asked.method} ${redact(asked.path)}`,
      });
    }
  };

  const comesLater = async (asked: AskedAgain): Promise<boolean> => {
    const now = new Set(due());
    for (const exchange of open)
      if (!now.has(exchange) && (await compare(exchange, asked)) === null) return true;
    return false;
  };

  return {
    answer,
    answered: () => exchanges.length - open.size,
    unasked() {
      const [first] = open;
      return first ? `${nameOf(first)}: ${first.method} ${first.path}` : null;
    },
  };
}
