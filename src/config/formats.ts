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

/** What `pg` takes for three of them too, after a warning of many lines. */
const SSL_MODES: Readonly<Record<string, string>> = {
  prefer: 'verify-full',
  require: 'verify-full',
  'verify-ca': 'verify-full',
  'verify-full': 'verify-full',
  'no-verify': 'no-verify',
  disable: 'disable',
};

/** PostgreSQL's, where a misspelt `sslmode` would count for another one in silence. */
export const databaseUrl = url('postgres:', 'postgresql:').transform((text, context) => {
  const mode = URL.parse(text)?.searchParams.get('sslmode') ?? null;
  if (mode === null || /[?&]uselibpqcompat=true(?:&|$)/.test(text)) return text;
  const taken = Object.hasOwn(SSL_MODES, mode) ? SSL_MODES[mode] : undefined;
  if (taken !== undefined) return text.replace(/([?&]sslmode=)[^&#]*/g, `$1${taken}`);
  const message = `has an sslmode that is none of ${Object.keys(SSL_MODES).join(', ')}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** By TLS, or without leaving this machine: where a cookie may say who somebody is. */
export function isReachedSafely(text: string): boolean {
  const { protocol, hostname } = URL.parse(text) ?? {};
  return protocol !== 'http:' || /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname ?? '');
}

export const isNoTilde = (text: string): boolean => !text.startsWith('~');
export const TILDE = 'begins with ~, which only a shell follows';

/** A path on this machine, made absolute. */
export const path = z
  .string()
  .refine(text => !text.includes('://'), 'is a URL, not a path')
  .refine(isNoTilde, TILDE)
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
