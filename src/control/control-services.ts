/** What the API works with; the composition root provides it. */
import type { SeenBy } from '../engine/access/seen.ts';
import type { WorkerDependencies } from '../engine/dependencies.ts';
import type { AgentsChecked, Check } from '../engine/ports/doctor.ts';
import type { AnchorsSeen } from './audit/anchors-seen.ts';
import type { LiveStreams } from './live/live-streams.ts';

/** What was found on the machine that answers, and when. */
export type AskDoctor = () => Promise<{ at: Date; checks: Check[]; agents: AgentsChecked }>;

export type ControlServices = WorkerDependencies & {
  /** null: nobody can sign in with GitHub. */
  seenBy: SeenBy | null;
  live: LiveStreams;
  anchorsSeen: AnchorsSeen;
  /** null: the process can't look at its own settings. */
  doctor: AskDoctor | null;
};
