/** What is capped, spent, reserved and left of one unit, as the API shows it. */
import { z } from 'zod';
import { Unit } from '../../core/budget.ts';

export const ShownUnit = z.object({
  unit: Unit,
  cap: z.int().nullable().describe('null: there is none.'),
  spent: z.int(),
  reserved: z.int(),
  left: z.int().nullable().describe('null: there is no cap.'),
  words: z.string(),
});
