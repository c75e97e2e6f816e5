/**
 * What a request to a provider may hold. Whatever is not named here is refused, so that a field or a
 * tool that a provider adds later is no way out of the sandbox.
 */
import { z } from 'zod';
import { valueAt } from '../json-values.ts';

/** An object with these fields and no others; each may be missing or null. */
export const allow = (shape: Record<string, z.ZodType>): z.ZodType =>
  z.strictObject(
    Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, schema.nullish()])),
  );

/** One of several kinds, which the field `type` names; `unnamed` is the kind of what has no such field. */
export const oneOf = (kinds: Record<string, z.ZodType>, unnamed?: string): z.ZodType =>
  z.unknown().superRefine((value, context) => {
    const type = valueAt(value, 'type') ?? unnamed;
    const schema = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (!schema) {
      const given = JSON.stringify(type)?.slice(0, 60) ?? 'nothing';
      const message = `${given} is none of ${Object.keys(kinds).join(', ')}`;
      return context.addIssue({ code: 'custom', path: ['type'], message });
    }
    for (const { path, message } of schema.safeParse(value).error?.issues ?? [])
      context.addIssue({ code: 'custom', path, message });
  });

export const text = z.string();
export const number = z.number();
export const flag = z.boolean();
/** A value that names nothing to be fetched, whatever it says. */
export const scalar = z.union([text, number, flag]);
/** What the agent's own tools take and return, and JSON schemas: the provider reads it, and fetches nothing. */
export const data = z.unknown();
/** Content itself, not an address from which the provider would fetch it. */
export const dataUrl = text.regex(/^data:/i, 'only data: URLs are forwarded');
/** Several answers at once would cost several times what was reserved. */
export const single = z.literal(1, 'only 1 is forwarded');

/** What of the body is not forwarded; `null` where all of it is. */
export function faultIn(request: z.ZodType, body: unknown): string | null {
  const [issue] = request.safeParse(body).error?.issues ?? [];
  if (!issue) return null;
  const where = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  return `not forwarded to the provider: ${where}${issue.message}`.slice(0, 300);
}
