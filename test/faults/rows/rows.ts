/** Every row of the fault table. */

import { hostile } from '../hostile/hostile.ts';
import { appends } from './appends.ts';
import { backup } from './backup.ts';
import { clock } from './clock.ts';
import { database } from './database.ts';
import { deliveries } from './deliveries.ts';
import { disk } from './disk.ts';
import { github } from './github.ts';
import { plain } from './plain.ts';
import { queue } from './queue.ts';
import type { Row } from './row.ts';
import { workers } from './workers.ts';

export const rows: Row[] = [
  ...plain,
  ...database,
  ...queue,
  ...workers,
  ...github,
  ...deliveries,
  ...appends,
  ...clock,
  ...disk,
  ...backup,
  hostile,
];
