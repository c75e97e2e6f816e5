/** What is asked about spends: by what they are summed up, and of which time. */
import { z } from 'zod';
import { SPEND_GROUPS } from '../../engine/ports/spends.ts';
import { PeriodAsked } from '../period.ts';

export const SpendsAsked = z.object({
  group: z.enum(SPEND_GROUPS).default('repository').describe('What is summed up by.'),
  ...PeriodAsked.shape,
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
