/** Assembles the messages of the model, which arrive in pieces: each message becomes one event. */
import type { AgentEvent } from '../../../core/agent-event.ts';

type Kind = 'message' | 'reasoning';

/** The most characters of one event; the rest becomes another. */
const LONGEST = 256 * 1024;
/** The most characters of the answer that are kept, a thousand times those of a usual one. */
const LONGEST_ANSWER = 2 * 1024 * 1024;

type MessageAssembler = {
  /** `id`: the message that the piece belongs to; null where the agent does not say. */
  piece(kind: Kind, text: string, id: string | null): AgentEvent[];
  /** Ends the message, because something else happens. */
  over(): AgentEvent[];
  /** The agent uses a tool: what was said before is not its answer. */
  acts(): void;
  /** The last message. */
  answer(): string;
};

export function createMessageAssembler(): MessageAssembler {
  let open: { kind: Kind; id: string | null; text: string } | null = null;
  let answer = '';
  let answerId: string | null = null;

  const over = (): AgentEvent[] => {
    const ended = open;
    open = null;
    if (ended === null || ended.text === '') return [];
    const { kind, text } = ended;
    return [kind === 'message' ? { type: kind, role: 'assistant', text } : { type: kind, text }];
  };

  return {
    piece(kind, text, id) {
      const goesOn = open?.kind === kind && open.id === id && open.text.length < LONGEST;
      const events = goesOn ? [] : over();
      open ??= { kind, id, text: '' };
      open.text += text;
      if (kind === 'message') {
        if (id !== answerId) answer = '';
        answerId = id;
        if (answer.length < LONGEST_ANSWER) answer += text;
      }
      return events;
    },
    over,
    acts() {
      answer = '';
    },
    answer: () => answer,
  };
}
