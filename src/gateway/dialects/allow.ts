/**
 * What a request to a provider may hold. Whatever is not named here is refused, so that a field or a
 * tool that a provider adds later is no way out of the sandbox.
 */
import { z } from 'zod';
import { valueAt } from '../json-values.ts';
import { refersAway } from './schema-references.ts';

export const text = z.string();
export const number = z.number();
/** Of tokens and the like. */
export const count = z.int().nonnegative();

type Fields = Record<string, z.ZodType>;

/** An object with these fields and no others; each may be missing or null, but for those of `has`. */
export const allow = (fields: Fields, has: Fields = {}): z.ZodType => {
  const optional = Object.entries(fields).map(([name, schema]) => [name, schema.nullish()]);
  return z.strictObject({ ...Object.fromEntries(optional), ...has });
};

/** Any names, each with such a value. zod looks over this one name, which no client of ours uses. */
export const record = (value: z.ZodType): z.ZodType =>
  z
    .unknown()
    .refine(named => valueAt(named, '__proto__') === undefined, 'no field is named __proto__')
    .pipe(z.record(text, value));

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

export const flag = z.boolean();
/** A value that names nothing to be fetched, whatever it says. */
export const scalar = z.union([text, number, flag]);
/** What the agent's own tools take and return: the provider reads it, and fetches nothing. */
export const data = z.unknown();
/** A JSON schema. What it refers to stands in it: servers of models may fetch what does not. */
export const schema = data.refine(value => !refersAway(value), 'it refers to what is elsewhere');
/** What an answer has to look like; `of` a JSON schema. */
export const format = (of: z.ZodType): z.ZodType =>
  oneOf({ text: allow({ type: text }), json_object: allow({ type: text }), json_schema: of });
export const namedSchema = { name: text, description: text, schema, strict: flag };
/** A cache that is kept for longer costs more than is counted. */
export const shortCache = allow({ type: text, ttl: z.literal('5m', 'only 5m is forwarded') });
/** The provider keeps a prompt in memory for minutes; `24h` would keep it on its disks for a day. */
export const unkeptCache = z.literal(['in_memory', 'in-memory'], 'only in_memory is forwarded');
/** Content itself, not an address from which the provider would fetch it. */
export const dataUrl = text.regex(/^data:/i, 'only data: URLs are forwarded');
export const imageUrl = text.regex(/^data:image\//i, 'only data: URLs of images are forwarded');
/** Some servers fetch what is an address here, too. */
export const base64 = text.regex(
  /^(?:data:[\w/+.;-]{0,100},)?[\w+/=\s-]*$/i,
  'only base64 is forwarded',
);
/** Several answers at once would cost several times what was reserved. */
export const single = z.literal(1, 'only 1 is forwarded');

/** What of the body is not forwarded; `null` where all of it is. */
export function faultIn(request: z.ZodType, body: unknown): string | null {
  const [issue] = request.safeParse(body).error?.issues ?? [];
  if (!issue) return null;
  const where = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  return `not forwarded to the provider: ${where}${issue.message}`.slice(0, 300);
}
