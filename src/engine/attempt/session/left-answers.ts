/**
 * What a lost worker left of the same work: its prompt, and the answers that its provider goes on with in the
 * background. Whoever does the work after it begins with the same prompt, and an answer to a request that
 * was made before is taken up by its id, so that it is not paid for twice.
 */
import type { Digest } from '../../../core/decision.ts';
import { RunRecording } from '../../../core/recording.ts';
import { firstDifference } from '../../agent-replay/first-difference.ts';
import { NotWanted } from '../../lease-guard.ts';
import { ArtifactExpired, type Artifacts } from '../../ports/artifacts.ts';
import type { AskedAgain, BackgroundAnswers } from '../../ports/gateway.ts';
import { failedBefore, type RunContext } from '../run-context.ts';

type BackgroundAnswer = RunRecording['answers'][number];
/** An answer, and the run that had asked for it. */
type FoundAnswer = BackgroundAnswer & { run: string };

type LeftBehind = {
  /** What it was started with last; `null`: no worker was lost. */
  prompt: string | null;
  /** The answer to this request; each is found once. */
  find(asked: AskedAgain): Promise<FoundAnswer | null>;
};

/** Of lost workers of one task, no more are looked at. */
const MOST_LOST = 5;

export async function leftBehind(context: RunContext): Promise<LeftBehind> {
  const { deps, task, folded, run, chosen } = context;
  const { artifacts, redact } = deps;
  const { name, volatile } = chosen.adapter;
  const lost = failedBefore(folded.state, run)
    .filter(({ class: failed }) => failed === 'lost')
    .slice(-MOST_LOST)
    .map(({ id }) => id);
  const left = lost.length === 0 ? [] : await artifacts.list(task);
  const recordings = left.filter(file => lost.includes(file.run) && file.name === 'recording.json');
  const answers: FoundAnswer[] = [];
  let prompt: string | null = null;
  for (const { run: of, digest } of recordings) {
    const recording = await readRecording(artifacts, digest);
    if (recording?.adapter !== name) continue;
    prompt = recording.starts.at(-1)?.prompt ?? prompt;
    for (const answer of recording.answers) answers.push({ ...answer, run: of });
  }

  const isSame = async (answer: FoundAnswer, asked: AskedAgain): Promise<boolean> => {
    if (answer.method !== asked.method || answer.path !== redact(asked.path)) return false;
    const recorded = JSON.parse((await artifacts.get(answer.request)).toString());
    const replayed = JSON.parse(redact(JSON.stringify(asked.forwarded(answer.output))));
    return firstDifference(recorded, replayed, volatile) === null;
  };

  return {
    prompt,
    async find(asked) {
      for (const answer of answers.toReversed())
        if (await isSame(answer, asked)) {
          const at = answers.indexOf(answer);
          if (at !== -1) return answers.splice(at, 1)[0] ?? null;
        }
      return null;
    },
  };
}

/** `null`: its time is over. */
async function readRecording(artifacts: Artifacts, digest: Digest): Promise<RunRecording | null> {
  try {
    return RunRecording.parse(JSON.parse((await artifacts.get(digest)).toString('utf8')));
  } catch (error) {
    if (error instanceof ArtifactExpired) return null;
    throw error;
  }
}

/** For the gateway of the run; `tell` is called with what is taken up. */
export function backgroundAnswers(
  { chosen, guard, spending }: Pick<RunContext, 'chosen' | 'guard' | 'spending'>,
  { find }: LeftBehind,
  tell: (message: string) => void,
): BackgroundAnswers {
  const { service } = chosen;
  return {
    leaves: () => guard.signal.aborted && !(guard.signal.reason instanceof NotWanted),
    async left(asked) {
      const found = await find(asked);
      if (!found) return null;
      const { id, run, reservation } = found;
      const name = String(asked.body?.model);
      return {
        id,
        reservation,
        takeUp() {
          tell(
            `The answer ${id} of the model, for which the lost run ${run} had asked, is taken up. Its cost counts in that run.`,
          );
          return usage => {
            if (!service || !reservation) return;
            spending.settleLeft(reservation, { provider: service.provider, name }, usage);
          };
        },
      };
    },
  };
}
