/** The row without a fault, with which the others are compared. */

import { inEnvironment } from './environment.ts';
import type { Row } from './row.ts';
import { judge } from './verdict.ts';
import { walk } from './walk.ts';

export const plain: Row[] = [
  {
    name: 'nothing goes wrong',
    run: setting =>
      inEnvironment(setting, async environment => {
        await environment.start('serve');
        const repository = await environment.repository();
        await walk(repository);
        await judge(environment, [repository]);
      }),
  },
];
