/** The journal of one run: the agent's events in their envelope, chained line by line, bounded. */
import type { AgentEvent, JournalLine } from '../../../core/agent-event.ts';
import { canonical, digestOf, GENESIS } from '../../chain.ts';
import type { AgentReader } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  MOST_TOGETHER,
  mayGoOn,
  READ_AGAIN,
  REPLACED,
  redactSplit,
} from '../redaction/split-secrets.ts';

/** What a journal holds of an agent's own events, in entries and characters; a mark says where it is cut. */
const MOST_ENTRIES = 10_000;
const MOST_CHARACTERS = 8 * 1024 * 1024;
/** A longer entry is left out by itself. Characters. */
const LONGEST_ENTRY = 1024 * 1024;
/** Of a longer line only the end is read, because a secret may go on in the next line. Characters. */
const END = 4096;

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

  /** Entries whose lines may hold a part of a secret that goes on in the next line, each with its line. */
  let held: { entry: Omit<JournalLine, 'seq' | 'hash'>; line: HeldLine | null }[] = [];
  /** The lines that they were read from, each once, and their characters. */
  let heldLines: HeldLine[] = [];
  let heldCharacters = 0;

  const seal = (entry: Omit<JournalLine, 'seq' | 'hash'>) => {
    const unsealed = { ...entry, seq: lines.length + 1 };
    prev = digestOf(`${prev}\n${canonical(unsealed)}`);
    const line = canonical({ ...unsealed, hash: prev } satisfies JournalLine);
    lines.push(`${line}\n`);
    characters += line.length;
    of.written(line, entry.event);
  };
  /** `kept`: characters of the last lines, which are read again with what follows. */
  const flush = (kept = 0) => {
    const redacted = redactSplit(
      heldLines.map(({ text }) => text),
      of.redact,
    );
    if (redacted) {
      for (const [at, line] of heldLines.entries()) show(line, redacted.lines[at] ?? line.text);
      for (const { entry } of held)
        entry.event = JSON.parse(redacted.inText(JSON.stringify(entry.event))) as AgentEvent;
    }
    const rest = heldLines.slice(firstOfLast(heldLines, kept));
    const first = held.findIndex(({ line }) => line !== null && rest.includes(line));
    const sealed = first < 0 ? held : held.slice(0, first);
    for (const { entry, line } of sealed)
      seal({ ...entry, raw: entry.raw === null ? null : (line?.shown ?? entry.raw) });
    held = held.slice(sealed.length);
    heldLines = rest;
    heldCharacters = rest.reduce((sum, { text }) => sum + text.length + 1, 0);
  };
  const write = (event: AgentEvent, raw: string | null) =>
    void held.push({
      entry: {
        v: 1,
        runId: of.run,
        ts: of.clock.now().toISOString(),
        adapter: of.adapter,
        version: of.version,
        sessionId: of.session(),
        event,
        raw,
      },
      line: heldLines.at(-1) ?? null,
    });
  const note = (message: string) => write({ type: 'warning', message }, null);

  /** What policy said has as much room again, whatever the agent printed before. */
  const fits = (event: AgentEvent): boolean => {
    const share = isDecision(event) ? 2 : 1;
    return (
      lines.length + held.length < share * MOST_ENTRIES && characters < share * MOST_CHARACTERS
    );
  };

  return {
    add(events, raw) {
      // A line that tells nothing is not kept: millions of them must cost nothing.
      if (events.length === 0) return held.length > 0 ? flush() : undefined;
      const isLong = raw !== null && raw.length > LONGEST_ENTRY;
      const line = raw === null ? null : of.redact(isLong ? raw.slice(-END) : raw);
      if (line !== null) {
        heldLines.push(heldLine(raw ?? '', line));
        heldCharacters += line.length + 1;
      }
      for (const event of events) {
        // A question may be answered while its process is ended: the end stays last.
        if (closed) break;
        closed = event.type === 'session.finished';
        if (!closed && !fits(event)) {
          if (!cut)
            note(
              `The journal is cut here, after ${lines.length + held.length} entries. ${ELSEWHERE}`,
            );
          cut = true;
          continue;
        }
        const text = JSON.stringify(event);
        const length = text.length + (raw?.length ?? 0);
        if (!closed && length > LONGEST_ENTRY)
          note(`An entry (${event.type}) of ${length} characters is left out here. ${ELSEWHERE}`);
        else write(JSON.parse(of.redact(text)) as AgentEvent, isLong ? null : line);
      }
      if (closed || line === null || !mayGoOn(heldLines.at(-1)?.text ?? '')) flush();
      else if (heldCharacters >= MOST_TOGETHER) flush(READ_AGAIN);
    },
    text() {
      flush();
      return lines.join('');
    },
  };
}

/** A line of which parts may be hidden: as it is read together with others, and as it is shown. */
type HeldLine = { readonly text: string; shown: string };

/** The lines of a key are known by the first of them, which is hidden where it is shown. */
const heldLine = (raw: string, shown: string): HeldLine => ({
  text: BEGINS_A_KEY.test(raw) ? raw : shown,
  shown,
});
const BEGINS_A_KEY = /^.{0,12}-----BEGIN [A-Z0-9 ]{0,60}-----\s{0,4}$/;

/** What was hidden stays hidden; where other parts are hidden now, the line is. */
function show(line: HeldLine, redacted: string): void {
  if (redacted === line.text || redacted === line.shown) return;
  line.shown = line.shown === line.text ? redacted : REPLACED;
}

/** Where the last lines begin that have so many characters together, at least one; none where there are none. */
function firstOfLast(lines: readonly HeldLine[], characters: number): number {
  let first = lines.length;
  for (let left = characters; first > 0 && left > 0; first -= 1)
    left -= (lines[first - 1]?.text.length ?? 0) + 1;
  return first;
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
