/** What the API works with; the composition root provides it. */
import type { WorkerDependencies } from '../engine/dependencies.ts';

export type ControlServices = WorkerDependencies;
