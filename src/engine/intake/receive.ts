/** Follows a stored delivery: it finds its meaning, and calls the handler for that. */
import { backoffMs, DELIVERY } from '../../core/retry.ts';
import type { Trigger } from '../../core/trigger.ts';
import type { Intake, WorkerDependencies } from '../dependencies.ts';
import type { Delivery } from '../ports/deliveries.ts';
import { GitHubFailure, NotInstalled } from '../ports/github.ts';
import { onBehalfOf } from '../ports/quotas.ts';
import { WorkspaceRefused } from '../ports/workspace.ts';
import { answerGivenUp } from './give-up.ts';

/** GitHub may answer "not found" for some seconds about what is new; after this time it is gone. */
const GONE_MS = 10_000;

/** Triggers by which a person asks for something. They are urgent until the person turns out to have no role. */
const BY_PEOPLE = new Set(['command', 'malformed_command', 'button', 'rerun', 'review']);

export async function receive(deps: WorkerDependencies, guid: string): Promise<void> {
  const { deliveries, github, logger } = deps;
  const delivery = await deliveries.find(guid);
  // The body is kept until the delivery is settled.
  if (delivery?.state !== 'stored' || !delivery.body) return;
  const { event, body } = delivery;
  const from = Date.parse(delivery.receivedAt);
  const settle = async (
    outcome: 'handled' | 'ignored' | 'failed',
    note: string,
    key: string | null = null,
  ): Promise<void> => {
    await deliveries.settle(guid, outcome, note, key);
    deps.observe({ type: 'delivery_followed', outcome, from, to: deps.clock.now().getTime() });
  };
  // However often it is tried, it is one call of its caller's.
  const intake = { ...deps, delivery: guid, quotas: onBehalfOf(deps.quotas, guid) };
  let followed: Trigger | null = null;
  try {
    const payload: unknown = JSON.parse(body.toString('utf8'));
    await github.facts.told(event, payload);
    const meaning = await github.meaningOf(event, payload);
    if ('ignored' in meaning) {
      await settle('ignored', `${meaning.ignored}: ${meaning.problem}`);
      return;
    }
    followed = meaning.trigger;
    const { kind, key, once } = meaning.trigger;
    // The sweep of missed events may have found it on GitHub before its delivery came.
    if (once && key !== null && (await deliveries.settledSince(key, null))) {
      await settle('ignored', 'repeated: It was followed already.');
      return;
    }
    const follow = () => meaning.follow(intake);
    const note = await github.inClass(BY_PEOPLE.has(kind) ? 'answer' : 'rest', follow);
    logger.info({ delivery: guid, event, trigger: kind, note }, 'delivery');
    await settle('handled', note, key);
  } catch (error) {
    if (error instanceof NotInstalled) {
      await settle('ignored', `not_installed: ${error.message}`);
      return;
    }
    if (await isTriedAgain(deps, delivery, error)) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    if (isAnswer(error)) logger.warn({ delivery: guid, problem }, 'delivery can not be followed');
    else logger.error({ delivery: guid, err: error }, 'delivery given up');
    // What its caller was told of is not followed once more where it is found on GitHub.
    const told = followed && (await answer(intake, followed, error)) ? followed.key : null;
    await settle('failed', problem, told);
  }
}

/** What is said, or can't be read, will be so the next time as well. */
const isAnswer = (error: unknown): boolean =>
  (error instanceof GitHubFailure && error.lasting) || error instanceof WorkspaceRefused;

/** Whether it is tried again; until then it leaves room for others. */
async function isTriedAgain(
  { deliveries, clock, random }: WorkerDependencies,
  { guid, receivedAt, failures }: Delivery,
  error: unknown,
): Promise<boolean> {
  const soonMs = backoffMs(failures + 1, random(), DELIVERY);
  // A limit of GitHub's ends by itself: whoever waits for it gives nothing up.
  if (error instanceof GitHubFailure && error.class === 'rate_limit') {
    await deliveries.putOff(guid, { forMs: error.retryAfterMs ?? soonMs, failures });
    return true;
  }
  const age = clock.now().getTime() - Date.parse(receivedAt);
  const isOver = isAnswer(error) ? age >= GONE_MS : failures + 1 >= DELIVERY.limit;
  if (!isOver) await deliveries.putOff(guid, { forMs: soonMs, failures: failures + 1 });
  return !isOver;
}

async function answer(intake: Intake, trigger: Trigger, error: unknown): Promise<boolean> {
  try {
    return await answerGivenUp(intake, trigger, error);
  } catch (problem) {
    const { logger, delivery } = intake;
    logger.debug({ delivery, err: problem }, 'delivery given up without an answer');
    return false;
  }
}
