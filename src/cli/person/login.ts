/** `gatehouse login`: somebody signs in with GitHub, so that this shell can act as them there. */
import type { DeviceSignIn } from '../../engine/ports/device-sign-in.ts';
import { type Output, print } from '../output.ts';
import type { Services } from '../services.ts';
import type { KeptLogins, Login } from './kept-login.ts';

/** What is asked with a token has to be answered before it ends. */
const FRESH_MS = 60_000;

export async function login(
  services: Pick<Services, 'deviceSignIn'>,
  output: Output,
  { json, logins }: { json: boolean; logins: KeptLogins },
): Promise<void> {
  const github = await services.deviceSignIn();
  const { code, address, done } = await github.begin();
  // On standard error, so that what is printed is one document where that is asked for.
  output.err(`Open ${address} and type this code: ${code}\nWaiting for GitHub …\n`);
  const { person, tokens } = await done;
  await logins.keep(github.host, { person, tokens });
  print(output, json, { login: person.login, id: person.id, host: github.host }, [
    `Signed in to ${github.host} as ${person.login}. \`gatehouse logout\` ends it.`,
  ]);
}

export async function logout(
  services: Pick<Services, 'gitHubHost'>,
  output: Output,
  { json, logins }: { json: boolean; logins: KeptLogins },
): Promise<void> {
  const host = services.gitHubHost();
  const known = await logins.find(host);
  await logins.keep(host, null);
  print(output, json, { login: known?.person.login ?? null, host }, [
    known
      ? `${known.person.login} is signed out of ${host}. What was allowed there is taken back on GitHub: Settings, Applications, Authorized GitHub Apps.`
      : `Nobody was signed in to ${host}.`,
  ]);
}

/** Whoever is signed in, with a token that is good. */
export async function signedIn(github: DeviceSignIn, logins: KeptLogins): Promise<Login> {
  const known = await logins.find(github.host);
  const again = `sign in by \`gatehouse login\``;
  if (!known) throw new Error(`nobody is signed in to ${github.host}: ${again}`);
  const { endsAt, refresh } = known.tokens;
  if (endsAt === null || Date.parse(endsAt) - Date.now() > FRESH_MS) return known;
  const tokens = refresh === null ? null : await github.renew(refresh);
  if (tokens === null) throw new Error(`the sign-in of ${known.person.login} is over: ${again}`);
  const next = { person: known.person, tokens };
  await logins.keep(github.host, next);
  return next;
}
