/**
 * Our check is known by our App's id. One of the same name by another App decides nothing: it is
 * ignored, and reported.
 */
const CHECK_NAMES: readonly string[] = ['gatehouse', 'gatehouse/policy'];

type NamedCheck = { id: number; name: string; app: { id: number } | null };

export const bearsOurName = (name: string): boolean => CHECK_NAMES.includes(name.toLowerCase());

export const isForged = (check: NamedCheck, appId: number): boolean =>
  bearsOurName(check.name) && check.app?.id !== appId;
