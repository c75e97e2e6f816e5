/** What the model says comes in pieces: each message is one event, however many pieces it had. */
import type { AgentEvent } from '../../../core/agent-event.ts';

type Kind = 'message' | 'reasoning';

/** Characters of one event; more begin another. */
const LONGEST = 256 * 1024;
/** Characters of the answer that are kept; a usual one has a thousandth of it. */
const LONGEST_ANSWER = 2 * 1024 * 1024;

type Saying = {
  /** `id`: the message that it belongs to, where the agent tells that. */
  piece(kind: Kind, text: string, id: string | null): AgentEvent[];
  /** Something else happens: the message is over. */
  over(): AgentEvent[];
  /** A tool is used: what was said before is no answer. */
  acts(): void;
  /** What was said last. */
  answer(): string;
};

export function createSaying(): Saying {
  let open: { kind: Kind; id: string | null; text: string } | null = null;
  let answer = '';
  let answerId: string | null = null;

  const over = (): AgentEvent[] => {
    const said = open;
    open = null;
    if (said === null || said.text === '') return [];
    const { kind, text } = said;
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
