/** The console of a demo: a link that signs in once, and where its people sign in. */
import { type AccessParts, makeLink } from '../../src/engine/access/sessions.ts';
import type { Environment } from './environment.ts';

export async function consoleLines({
  gatehouse,
  listensAt,
}: Pick<Environment, 'listensAt'> & {
  gatehouse: { parts: Pick<AccessParts, 'sessions'> };
}): Promise<string[]> {
  const code = await makeLink(gatehouse.parts, 'demo');
  const link = new URLSearchParams({ code, to: '/console/' });
  return [
    `The console: ${listensAt}/auth/link?${link} (signs in once, within a minute)`,
    `To act, sign in as mona or rey at ${listensAt}/console/`,
  ];
}
