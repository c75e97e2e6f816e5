/** Puts what one run was denied, or people are asked about, into the log with its facts. */
import { GATEHOUSE } from '../../../core/actor.ts';
import type { PolicyDecision } from '../../../core/decision.ts';
import { taskStream } from '../../../core/stream.ts';
import { decide, factsText } from '../../../policy/decide.ts';
import type { Facts } from '../../../policy/facts.ts';
import { keptTexts, type PolicySet } from '../../../policy/load.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { RunContext } from '../run-context.ts';

/** The log takes this many different denials of one run; after them, questions are denied unread. */
const MOST_DENIALS = 100;

export type DecidedQuestion = { facts: Facts; decision: PolicyDecision };

/** Keeps a decision once, however often the same is asked. A string says why it could not. */
type Keep = (decided: DecidedQuestion) => Promise<string | null>;

export function createDenials(
  { deps, task, run, guard }: Pick<RunContext, 'deps' | 'task' | 'run' | 'guard'>,
  policies: PolicySet,
): Keep {
  const { artifacts, handle, redact } = deps;
  const kept = new Map<string, Promise<string | null>>();
  let rules: Promise<unknown> | null = null;

  const write = async (decided: DecidedQuestion): Promise<string | null> => {
    const shown = withoutSecrets(decided, policies, redact);
    // The journal alone has it then, redacted.
    if (shown === null) return HOLDS_SECRET;
    // The policies are the same for every denial: written with the first, and anew where that failed.
    rules ??= Promise.all(keptTexts(policies).map(text => artifacts.put(text, 'proof')));
    rules.catch(() => {
      rules = null;
    });
    await Promise.all([rules, artifacts.put(factsText(shown.facts), 'proof')]);
    const command = { type: 'record_denial' as const, run: run.id, decision: shown.decision };
    const stream = taskStream(task);
    const handled = await handle({ stream, command, actor: GATEHOUSE, fence: guard.fence });
    return handled.ok ? null : handled.refusal.message;
  };

  return decided => {
    const { factsDigest, outcome } = decided.decision;
    const key = `${factsDigest} ${outcome}`;
    const before = kept.get(key);
    if (before) return before;
    if (kept.size >= MOST_DENIALS)
      return Promise.resolve(
        `This run was denied ${MOST_DENIALS} things; its questions are not read any more.`,
      );
    const keeping = write(decided);
    kept.set(key, keeping);
    // What could not be written is tried anew when it is asked again.
    keeping.catch(() => kept.delete(key));
    return keeping;
  };
}

const HOLDS_SECRET = 'It is not allowed, and it holds what looks like a secret: ask without it.';

/**
 * The decision on the same question without what looks like a secret, which the log can hold and replay;
 * `null` where policy would answer that differently.
 */
function withoutSecrets(
  decided: DecidedQuestion,
  policies: PolicySet,
  redact: Dependencies['redact'],
): DecidedQuestion | null {
  const { resource } = decided.facts;
  const written = JSON.stringify(resource);
  const shown = redact(written);
  const isSame = shown === written;
  const facts = isSame ? decided.facts : { ...decided.facts, resource: JSON.parse(shown) };
  const decision = isSame ? decided.decision : decide(policies, facts);
  const isClean = redact(decision.resource) === decision.resource;
  return isClean && decision.outcome === decided.decision.outcome ? { facts, decision } : null;
}

/** Whether something that looks like a secret stands in what is asked about. */
export const holdsSecret = (
  { facts, decision }: DecidedQuestion,
  redact: Dependencies['redact'],
): boolean =>
  [JSON.stringify(facts.resource), decision.resource].some(text => redact(text) !== text);
