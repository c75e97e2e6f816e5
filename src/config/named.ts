/** Records in files of the operator. */
import { z } from 'zod';

/** A record whose keys are judged one by one, so that a fault has its place. */
export const named = <S extends z.ZodType>(value: S, key: { is: RegExp; else: string }) =>
  z.record(z.string(), value).superRefine((given, context) => {
    for (const name of Object.keys(given))
      if (!key.is.test(name)) context.addIssue({ code: 'custom', path: [name], message: key.else });
  });
