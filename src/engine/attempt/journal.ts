/** The journal of one run: the agent's events in their envelope, chained line by line, bounded. */
import type { AgentEvent, JournalLine } from '../../core/agent-event.ts';
import { canonical, digestOf, GENESIS } from '../chain.ts';
import type { AgentReader } from '../ports/agent.ts';
import type { Clock } from '../ports/clock.ts';

/** What a journal holds of an agent's own events, in entries and characters; a mark says where it is cut. */
const MOST_ENTRIES = 10_000;
const MOST_CHARACTERS = 8 * 1024 * 1024;
/** A longer entry is left out by itself. Characters. */
const LONGEST_ENTRY = 1024 * 1024;

export type Journal = {
  /** What comes after the session's end is dropped. */
  add(events: AgentEvent[], raw: string | null): void;
  text(): string;
};

export function createJournal(of: {
  run: string;
  adapter: string;
  version: string;
  session: AgentReader['session'];
  clock: Clock;
  redact: (text: string) => string;
  /** Called with each line as it is written, without its end. */
  written: (line: string, event: AgentEvent) => void;
}): Journal {
  const lines: string[] = [];
  let characters = 0;
  let closed = false;
  let cut = false;
  let prev = GENESIS;

  const write = (event: AgentEvent, raw: string | null) => {
    const unsealed = {
      v: 1 as const,
      runId: of.run,
      seq: lines.length + 1,
      ts: of.clock.now().toISOString(),
      adapter: of.adapter,
      version: of.version,
      sessionId: of.session(),
      event,
      raw,
    };
    prev = digestOf(`${prev}\n${canonical(unsealed)}`);
    const line = canonical({ ...unsealed, hash: prev } satisfies JournalLine);
    lines.push(`${line}\n`);
    characters += line.length;
    of.written(line, event);
  };
  const note = (message: string) => write({ type: 'warning', message }, null);

  /** What policy said has as much room again, whatever the agent printed before. */
  const fits = (event: AgentEvent): boolean => {
    const share = isDecision(event) ? 2 : 1;
    return lines.length < share * MOST_ENTRIES && characters < share * MOST_CHARACTERS;
  };

  return {
    add(events, raw) {
      for (const event of events) {
        // A question may be answered while its process is ended: the end stays last.
        if (closed) return;
        closed = event.type === 'session.finished';
        if (!closed && !fits(event)) {
          if (!cut) note(`The journal is cut here, after ${lines.length} entries. ${ELSEWHERE}`);
          cut = true;
          continue;
        }
        const text = JSON.stringify(event);
        const length = text.length + (raw?.length ?? 0);
        if (!closed && length > LONGEST_ENTRY)
          note(`An entry (${event.type}) of ${length} characters is left out here. ${ELSEWHERE}`);
        else write(JSON.parse(of.redact(text)) as AgentEvent, raw === null ? null : of.redact(raw));
      }
    },
    text: () => lines.join(''),
  };
}

const ELSEWHERE = 'What the agent printed is in stdout.log and stderr.log.';

/** What policy said is ours to tell. */
export const isDecision = (event: AgentEvent): boolean =>
  event.type === 'tool.allowed' ||
  event.type === 'tool.waiting' ||
  (event.type === 'tool.denied' && event.by === 'policy');

/** Names the first line that is not what was written; `null` where all are. */
export function firstFalseLine(lines: readonly JournalLine[]): number | null {
  let prev = GENESIS;
  for (const [index, { hash, ...line }] of lines.entries()) {
    prev = digestOf(`${prev}\n${canonical(line)}`);
    if (line.seq !== index + 1 || prev !== hash) return index + 1;
  }
  return null;
}
