/** What the API works with; the composition root provides it. */
import type { SeenBy } from '../engine/access/seen.ts';
import type { WorkerDependencies } from '../engine/dependencies.ts';
import type { LiveStreams } from './live/live-streams.ts';

/** `seenBy`: null: nobody can sign in with GitHub. */
export type ControlServices = WorkerDependencies & { seenBy: SeenBy | null; live: LiveStreams };
