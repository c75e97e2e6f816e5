/** What the API works with; the composition root provides it. */
import type { SeenBy } from '../engine/access/seen.ts';
import type { WorkerDependencies } from '../engine/dependencies.ts';

/** `seenBy`: null: nobody can sign in with GitHub. */
export type ControlServices = WorkerDependencies & { seenBy: SeenBy | null };
