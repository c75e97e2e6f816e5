/** A time that a client gives, in ISO 8601 and UTC: one that PostgreSQL has, to which the year before 1 is -1. */
import { z } from 'zod';

export const AskedTime = z.iso
  .datetime()
  .max(30)
  .refine(text => !text.startsWith('0000'), 'is before the year 1');
