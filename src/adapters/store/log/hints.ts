/** Hints about streams that have grown, by PostgreSQL's notifications. One connection per process listens. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import type { StreamRef } from '../../../core/stream.ts';
import type { Hint, Hints } from '../../../engine/ports/hints.ts';
import { createListener } from '../connection/listener.ts';

const CHANNEL = 'streams_grown';
/** What grows within this time is told together: a commit that notifies makes all others wait for it. */
const TOGETHER_MS = 25;
/** A notification holds 8,000 bytes. */
const MOST_TOLD = 40;

const TELL = `SELECT pg_notify('${CHANNEL}', told) FROM unnest($1::text[]) AS t(told)`;

const Told = z.array(
  z.tuple([z.enum(['task', 'backlog']), z.string(), z.number().int(), z.number().int()]),
);

type StoreHints = Hints & {
  /** What was told is on its way when it resolves, and nobody is followed any more. */
  close(): Promise<void>;
};

export function createHints(pool: pg.Pool, log: (message: string) => void): StoreHints {
  const waiting = new Map<string, Hint>();
  let telling: Promise<void> | null = null;
  const tellAll = async () => {
    await sleep(TOGETHER_MS);
    telling = null;
    const hints = [...waiting.values()];
    waiting.clear();
    const pages: string[] = [];
    for (let at = 0; at < hints.length; at += MOST_TOLD)
      pages.push(JSON.stringify(hints.slice(at, at + MOST_TOLD).map(asTold)));
    // Whoever shows something looks again every so often: a hint that is lost is made up for.
    await pool
      .query({ name: 'tell hints', text: TELL, values: [pages] })
      .catch((error: Error) => log(`hints could not be told: ${error.message}`));
  };
  const listener = createListener(pool, CHANNEL, log);
  return {
    tell(hint) {
      const name = `${hint.kind}/${hint.id}`;
      const known = waiting.get(name);
      if (!known || known.version < hint.version) waiting.set(name, hint);
      telling ??= tellAll();
    },
    follow: ({ changed, missed }) =>
      listener.follow({ missed, received: payload => read(payload).forEach(changed) }),
    async close() {
      await telling;
      listener.close();
    },
  };
}

/** What an append says of its stream; null where nobody looks at streams of its kind. */
export function hintOf(
  stream: StreamRef,
  version: number,
  repository: number | undefined,
): Hint | null {
  if (stream.kind === 'task' && repository !== undefined)
    return { kind: 'task', id: stream.id, version, repository };
  if (stream.kind !== 'backlog') return null;
  return { kind: 'backlog', id: stream.id, version, repository: Number.parseInt(stream.id, 10) };
}

const asTold = ({ kind, id, version, repository }: Hint) => [kind, id, version, repository];

/** A later version of Gatehouse may tell more. */
function read(payload: string): Hint[] {
  const told = Told.safeParse(parsed(payload));
  if (!told.success) return [];
  return told.data.map(([kind, id, version, repository]) => ({ kind, id, version, repository }));
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}
