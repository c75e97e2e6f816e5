/**
 * A person answers several requests at once. Only requests that are alike are answered together, because
 * whoever reads one then knows what the others are about. Each is answered by its own digest and by all
 * rules, as if it were answered alone: one that is refused keeps none of the others from its answer.
 */
import type { Person } from '../../core/actor.ts';
import { alikeText } from '../../core/approvals/alike.ts';
import { taskStream } from '../../core/stream.ts';
import { loadFolded } from '../handle.ts';
import { GitHubFailure } from '../ports/github.ts';
import { asTask } from '../streams.ts';
import { type ActDependencies, type ActOutcome, act, type ConsoleAct } from './act.ts';

/** One request, by the digest that the person saw. */
export type NamedRequest = { task: string; digest: string };

/** What the person says to all of them. */
export type CommonAnswer = { says: 'approve' } | { says: 'deny'; reason: string };

/** A failure of GitHub is the outcome of the one request that met it: what was taken before stands. */
type OneOutcome = ActOutcome | GitHubFailure;

/** `unlike`: the first that is not like those before it; nothing was answered. */
export type AnsweredTogether =
  | { ok: true; outcomes: OneOutcome[] }
  | { ok: false; unlike: NamedRequest };

export async function answerTogether(
  deps: ActDependencies,
  asked: { by: Person; requests: readonly NamedRequest[]; answer: CommonAnswer },
): Promise<AnsweredTogether> {
  const { by, requests, answer } = asked;
  const kinds = await Promise.all(requests.map(named => alikeOf(deps, named)));
  // What is no request any more is alike to nothing: its own outcome says so.
  const first = kinds.find(kind => kind !== null);
  const unlike = requests.find((_, at) => kinds[at] !== null && kinds[at] !== first);
  if (unlike) return { ok: false, unlike };
  const outcomes: OneOutcome[] = [];
  for (const { task, digest } of requests)
    outcomes.push(await act(deps, { by, task, act: actOf(answer, digest) }).catch(failureOf));
  return { ok: true, outcomes };
}

function failureOf(error: unknown): GitHubFailure {
  if (error instanceof GitHubFailure) return error;
  throw error;
}

const actOf = (answer: CommonAnswer, digest: string): ConsoleAct =>
  answer.says === 'deny'
    ? { act: 'deny', digest, reason: answer.reason }
    : { act: 'approve', digest };

/** Null: nothing is asked under this digest. */
async function alikeOf(
  { log }: Pick<ActDependencies, 'log'>,
  { task, digest }: NamedRequest,
): Promise<string | null> {
  const { state } = asTask(await loadFolded(log, taskStream(task)));
  const approval = state.approvals.findLast(each => each.digest === digest);
  return approval ? alikeText({ ...approval, reason: approval.reasons[0] ?? '' }) : null;
}
