/** Follows a stored delivery: it finds its meaning, and calls the handler for that. */
import type { WorkerDependencies } from '../dependencies.ts';
import { GitHubFailure, NotInstalled } from '../ports/github.ts';

/** For how long failures are taken for an outage of GitHub, in milliseconds; later ones are the delivery's own. */
const GIVE_UP_MS = 30 * 60_000;
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
  try {
    const payload: unknown = JSON.parse(body.toString('utf8'));
    await github.facts.told(event, payload);
    const meaning = await github.meaningOf(event, payload);
    if ('ignored' in meaning) {
      await settle('ignored', `${meaning.ignored}: ${meaning.problem}`);
      return;
    }
    const { kind, key, once } = meaning.trigger;
    // The sweep of missed events may have found it on GitHub before its delivery came.
    if (once && key !== null && (await deliveries.settledSince(key, null))) {
      await settle('ignored', 'repeated: It was followed already.');
      return;
    }
    const follow = () => meaning.follow({ ...deps, delivery: guid });
    const note = await github.inClass(BY_PEOPLE.has(kind) ? 'answer' : 'rest', follow);
    logger.info({ delivery: guid, event, trigger: kind, note }, 'delivery');
    await settle('handled', note, key);
  } catch (error) {
    if (error instanceof NotInstalled) {
      await settle('ignored', `not_installed: ${error.message}`);
      return;
    }
    // A delivery that meets GitHub's limits is followed once they allow it.
    if (error instanceof GitHubFailure && error.class === 'rate_limit') throw error;
    const age = deps.clock.now().getTime() - from;
    const isAnswer = error instanceof GitHubFailure && error.lasting;
    if (age < (isAnswer ? GONE_MS : GIVE_UP_MS)) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    if (isAnswer) logger.warn({ delivery: guid, problem }, 'delivery can not be followed');
    else logger.error({ delivery: guid, err: error }, 'delivery given up');
    await settle('failed', problem);
  }
}
