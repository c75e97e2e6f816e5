/** What executes a run, and how a run can fail. */
import { z } from 'zod';
import { BuiltIn } from '../../graph/graph.ts';

export const Executor = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('command'), command: z.string() }),
  z.strictObject({ kind: z.literal('agent'), role: z.string() }),
  z.strictObject({ kind: z.literal('builtin'), builtin: z.enum([...BuiltIn.options, 'join']) }),
]);
export type Executor = z.infer<typeof Executor>;

/** What a run does for its step. */
export const RunPurpose = z.enum([
  /** The step's own work. */
  'step',
  /** Works for a red command step, which is run again afterwards. */
  'remedy',
  /** Puts together, before the step begins, work that was done at the same time. */
  'join',
]);
export type RunPurpose = z.infer<typeof RunPurpose>;

/** Why a run failed: decides whether it is tried again. */
export const FailureClass = z.enum([
  'red',
  'unchanged',
  'policy',
  'agent',
  'auth',
  'rate_limit',
  'budget',
  'timeout',
  'output_limit',
  'not_found',
  'memory',
  'no_network',
  'install',
  'transport',
  'workspace',
  'sandbox',
  'lost',
  'refused',
  /** It sent the work back as often as it may. */
  'loop',
  /** Work that was done at the same time can't be joined. */
  'conflict',
  'internal',
]);
export type FailureClass = z.infer<typeof FailureClass>;
