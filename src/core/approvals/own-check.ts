/**
 * Our check is known by our App's id. One of the same name by another App decides nothing: it is
 * ignored, and reported.
 */
const CHECK_NAMES: readonly string[] = ['gatehouse', 'gatehouse/policy'];

type NamedCheck = { id: number; name: string; app: { id: number } | null };

export const isForged = (check: NamedCheck, appId: number): boolean =>
  CHECK_NAMES.includes(check.name.toLowerCase()) && check.app?.id !== appId;
