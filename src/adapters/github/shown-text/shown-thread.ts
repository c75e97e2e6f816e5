/** The thread in which one text is read: see `read-shown.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { shownMarkdown } from './shown-markdown.ts';

parentPort?.postMessage(shownMarkdown(z.string().parse(workerData)));
