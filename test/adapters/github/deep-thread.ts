/** A thread in which reading goes deeper than its stack: see `in-thread.test.ts`. */
import { parentPort, workerData } from 'node:worker_threads';

const depthOf = (text: string): number => 1 + depthOf(`${text}>`);
parentPort?.postMessage(depthOf(String(workerData)));
