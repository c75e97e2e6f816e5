/** Settings whose text is JSON: a fault names the place in it and never repeats the value. */
import { z } from 'zod';
import { plainIssue } from '../core/plain-issue.ts';

export const jsonText = <T>(schema: z.ZodType<T>) =>
  z.string().transform((text, context): T => {
    const value = jsonOf(text);
    if (value === undefined) {
      context.addIssue({ code: 'custom', message: 'is no JSON' });
      return z.NEVER;
    }
    const read = schema.safeParse(value, { error: plainIssue });
    if (read.success) return read.data;
    for (const { path, message } of read.error.issues)
      context.addIssue({
        code: 'custom',
        message: `is wrong at ${path.join('.') || 'its top'}: ${message}`,
      });
    return z.NEVER;
  });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
