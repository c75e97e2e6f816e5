/** The journal of one run: the agent's events in their envelope, chained line by line. */
import type { AgentEvent, JournalLine } from '../../core/agent-event.ts';
import { canonical, digestOf, GENESIS } from '../chain.ts';
import type { AgentReader } from '../ports/agent.ts';
import type { Clock } from '../ports/clock.ts';

export type Journal = {
  /** What comes after the session's end is dropped. */
  add(events: AgentEvent[], raw: string | null): void;
  lines(): readonly JournalLine[];
  text(): string;
};

export function createJournal(of: {
  run: string;
  adapter: string;
  version: string;
  session: AgentReader['session'];
  clock: Clock;
  redact: (text: string) => string;
}): Journal {
  const lines: JournalLine[] = [];
  let closed = false;
  let prev = GENESIS;
  return {
    add(events, raw) {
      for (const event of events) {
        // A question may be answered while its process is ended: the end stays last.
        if (closed) return;
        closed = event.type === 'session.finished';
        const unsealed = {
          v: 1 as const,
          runId: of.run,
          seq: lines.length + 1,
          ts: of.clock.now().toISOString(),
          adapter: of.adapter,
          version: of.version,
          sessionId: of.session(),
          event: JSON.parse(of.redact(JSON.stringify(event))) as AgentEvent,
          raw: raw === null ? null : of.redact(raw),
        };
        prev = digestOf(`${prev}\n${canonical(unsealed)}`);
        lines.push({ ...unsealed, hash: prev });
      }
    },
    lines: () => lines,
    text: () => lines.map(line => `${canonical(line)}\n`).join(''),
  };
}

/** Names the first line that is not what was written; `null` where all are. */
export function firstFalseLine(lines: readonly JournalLine[]): number | null {
  let prev = GENESIS;
  for (const [index, { hash, ...line }] of lines.entries()) {
    prev = digestOf(`${prev}\n${canonical(line)}`);
    if (line.seq !== index + 1 || prev !== hash) return index + 1;
  }
  return null;
}
