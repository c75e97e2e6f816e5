/** The rows in which deliveries come twice, late, in another order or not at all. */
import type { WebhookFault } from '../../simulator/faults.ts';
import { inEnvironment, type RowEnvironment } from './environment.ts';
import type { Row } from './row.ts';
import { judge } from './verdict.ts';
import { walk } from './walk.ts';

const ALWAYS = 100_000;

const faulty = (
  name: string,
  faults: WebhookFault[],
  before: (environment: RowEnvironment) => void = () => {},
): Row => ({
  name,
  run: setting =>
    inEnvironment(setting, async environment => {
      await environment.start('serve');
      const repository = await environment.repository();
      await environment.github.idle();
      for (const fault of faults) environment.github.faults.webhooks({ times: ALWAYS, ...fault });
      before(environment);
      await walk(repository);
      environment.github.faults.clear();
      // A delivery that is held back until another one is sent arrives in the end.
      await repository.mona.comment(1, 'Thank you.');
      await judge(environment, [repository]);
    }),
});

/** Each delivery is held back until another has passed it, except the label's, which starts the work. */
const HELD = [
  ...['push', 'create', 'check_run', 'check_suite', 'pull_request', 'pull_request_review'],
  ...['issue_comment', 'delete'],
].map((event): WebhookFault => ({ match: { event }, effect: 'reorder' }));

export const deliveries: Row[] = [
  faulty('every delivery comes twice', [{ effect: 'duplicate' }]),
  faulty('every delivery is late', [{ effect: 'delay', ms: 1_500 }]),
  faulty('deliveries overtake each other', [
    { match: { event: 'issues', action: 'opened' }, effect: 'reorder' },
    ...HELD,
  ]),
  faulty('no delivery comes at all: GitHub\u2019s log has them', [{ effect: 'drop' }]),
  faulty(
    'no delivery comes, and no log tells: GitHub itself is looked at',
    [{ effect: 'drop' }],
    environment =>
      environment.github.faults.api({
        match: 'apps/list-webhook-deliveries',
        status: 502,
        times: ALWAYS,
      }),
  ),
];
