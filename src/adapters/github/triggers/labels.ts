/** One-shot labels: `agent:<command>` on an issue or pull request; whoever puts it there asks. */
import { z } from 'zod';
import type { CommandCall, Ignored, MalformedCall } from '../../../core/trigger.ts';
import { callByLabel } from './commands.ts';
import { envelope, issue, pull, translation } from './payload.ts';

const label = z.looseObject({ name: z.string() });

export const issueLabeled = translation(
  z.looseObject({ ...envelope, issue, label }),
  (payload): CommandCall | MalformedCall | Ignored =>
    callByLabel(payload, payload.label.name, { issue: payload.issue.number, isPull: false }),
);

export const pullLabeled = translation(
  z.looseObject({ ...envelope, pull_request: pull, label }),
  (payload): CommandCall | MalformedCall | Ignored =>
    callByLabel(payload, payload.label.name, { issue: payload.pull_request.number, isPull: true }),
);
