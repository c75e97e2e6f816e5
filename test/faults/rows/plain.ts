/** The row without a fault, with which the others are compared. */
import type { Row } from './row.ts';
import { onStage } from './stage.ts';
import { judge } from './verdict.ts';
import { walk } from './walk.ts';

export const plain: Row[] = [
  {
    name: 'nothing goes wrong',
    run: setting =>
      onStage(setting, async stage => {
        await stage.start('serve');
        const repository = await stage.repository();
        await walk(repository);
        await judge(stage, [repository]);
      }),
  },
];
