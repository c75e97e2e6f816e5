/** Cedar's JSON of policies and schemas, as far as it has to be read here. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const isObject = (json: unknown): json is { [key: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** `context.requester.role` for such an expression; empty for any other. */
export function attributePath(json: Json | undefined): string {
  if (!isObject(json)) return '';
  if (typeof json.Var === 'string') return json.Var;
  const access = json['.'];
  if (!isObject(access) || typeof access.attr !== 'string') return '';
  const left = attributePath(access.left);
  return left === '' ? '' : `${left}.${access.attr}`;
}
