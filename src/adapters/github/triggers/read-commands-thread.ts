/** The thread in which one comment is read: see `read-commands.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { findCommands } from './find-commands.ts';

const { body, place } = z
  .strictObject({ body: z.string(), place: z.enum(['issue', 'pull']) })
  .parse(workerData);
parentPort?.postMessage({ found: findCommands(body, place) });
