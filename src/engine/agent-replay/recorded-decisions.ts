/**
 * What the agent of a replay is answered when it asks before it acts: what stands in the journal of the
 * recorded run, in order. What it did not ask then is a divergence.
 */
import { type ActAnswer, denied } from '../../core/act.ts';
import type { AgentEvent, JournalLine } from '../../core/agent-event.ts';
import { lineOf, readQuestion } from '../facts/agent-question.ts';
import type { AskToConnect, Decide } from '../ports/gateway.ts';
import type { Divergences } from './divergence.ts';

type RecordedDecision = {
  what: string;
  /** `null`: the run stopped to wait for a person. */
  answer: ActAnswer | null;
};

type Cut = Parameters<typeof lineOf>[1];

/** Journals of earlier versions have a long command up to the middle of a word. */
const cutAsBefore: Cut = (text, most) => text.slice(0, most);

export function recordedDecisions(of: {
  journal: readonly JournalLine[];
  redact: (text: string) => string;
  divergences: Divergences;
  /** Called where the recorded run stopped to wait for a person: there the replay ends. */
  stop: () => void;
  /** How many requests to the model were answered. */
  answered: () => number;
}): Decide {
  const { journal, redact, divergences, stop, answered } = of;
  const open = journal.flatMap(({ event }) => decisionIn(event) ?? []);
  const known = open.length;
  return async asked => {
    const read = readQuestion(asked);
    const whatBy = (cut?: Cut): string =>
      redact(read.ok ? `${read.question.action} ${lineOf(read.question, cut)}` : UNREAD);
    const what = whatBy();
    const spellings = [what, whatBy(cutAsBefore)];
    const at = open.findIndex(recorded => spellings.includes(recorded.what));
    const [found] = at < 0 ? [] : open.splice(at, 1);
    if (found?.answer) return found.answer;
    if (found) stop();
    else
      divergences.found({
        of: 'what the agent does with the answer of the model',
        at: `question ${known - open.length + 1} about what it may do, after request ${answered()} to the model`,
        recorded: open[0]?.what ?? 'no further question',
        replayed: what,
      });
    // There is no answer while the process lives, which is being ended.
    return new Promise(() => {});
  };
}

/**
 * What the gateway of a replay is answered about hosts. A replay reaches none: a host that the run
 * reached is the first divergence, by its name. `null`: the run asked about none.
 */
export function recordedHosts(
  { journal, divergences }: { journal: readonly JournalLine[]; divergences: Divergences },
  decide: Decide,
): AskToConnect | null {
  const isHost = ({ event }: JournalLine) => 'action' in event && event.action === 'net.connect';
  if (!journal.some(isHost)) return null;
  return async ({ host, port }) => {
    const answer = await decide({ action: 'net.connect', host, port });
    if (answer.outcome !== 'allow') return answer;
    divergences.found({
      of: 'a host',
      at: `a connection to ${host}:${port}`,
      recorded: `the run used the host ${host}:${port}`,
      replayed: 'a replay reaches no host',
    });
    return new Promise(() => {});
  };
}

const UNREAD = 'a question that can not be read';

/** `null`: the event is no decision of policy about what the agent wants to do. */
function decisionIn(event: AgentEvent): RecordedDecision | null {
  switch (event.type) {
    case 'tool.allowed':
      if (event.action === 'model.call') return null;
      return {
        what: `${event.action} ${event.resource}`,
        answer: { outcome: 'allow', ruleId: event.ruleId, reason: '' },
      };
    case 'tool.waiting':
      return { what: `${event.action} ${event.resource}`, answer: null };
    case 'tool.denied': {
      if (event.by !== 'policy' || event.action === 'model.call') return null;
      const { action, resource, ruleId, reason } = event;
      const what = action === undefined ? UNREAD : `${action} ${resource ?? ''}`;
      return { what, answer: { ...denied(reason), ruleId } };
    }
    default:
      return null;
  }
}
