/** Deliveries come twice, late, in another order, or not at all: the same final state. */
import type { WebhookFault } from '../../simulator/faults.ts';
import type { Row } from './row.ts';
import { onStage } from './stage.ts';
import { judge } from './verdict.ts';
import { walk } from './walk.ts';

const faulty = (name: string, fault: WebhookFault): Row => ({
  name,
  run: setting =>
    onStage(setting, async stage => {
      await stage.start('serve');
      const repository = await stage.repository();
      await stage.github.idle();
      stage.github.faults.webhooks({ times: 1_000, ...fault });
      await walk(repository);
      // Those that are held back until another one is sent.
      stage.github.faults.clear();
      await repository.mona
        .open('A last word', '')
        .then(issue =>
          repository.mona.request('PATCH', `/issues/${issue.number}`, { state: 'closed' }),
        );
      await judge(stage, [repository]);
    }),
});

export const deliveries: Row[] = [
  faulty('every delivery comes twice', { effect: 'duplicate' }),
  faulty('every delivery is late', { effect: 'delay', ms: 1_500 }),
  faulty('no delivery comes at all', { effect: 'drop' }),
];
