/** The forms that values of the environment have. Each says what is wrong, and never repeats the value. */
import { resolve } from 'node:path';
import { z } from 'zod';

export const whole = (low: number, high: number) =>
  z
    .string()
    .regex(/^\d+$/, 'is not a whole number')
    .transform(Number)
    .refine(n => n >= low && n <= high, `is not between ${low} and ${high}`);

export const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      text => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `is not a URL that begins with ${protocols.map(p => `${p}//`).join(' or ')}`,
    );

/** By TLS, or without leaving this machine: where a cookie may say who somebody is. */
export function isReachedSafely(text: string): boolean {
  const { protocol, hostname } = URL.parse(text) ?? {};
  return protocol !== 'http:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname ?? '');
}

/** A path on this machine, made absolute. */
export const path = z
  .string()
  .refine(text => !text.includes('://'), 'is a URL, not a path')
  .refine(text => !text.startsWith('~'), 'begins with ~, which only a shell follows')
  .transform(text => resolve(text));

/** A program and its arguments, as a JSON list. */
export const argv = z.string().transform((text, context): [string, ...string[]] => {
  try {
    return z.tuple([z.string().min(1)], z.string()).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'is no list of texts in JSON' });
    return z.NEVER;
  }
});
