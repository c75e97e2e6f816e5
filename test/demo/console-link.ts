/** The console of a demo: a link that signs in once, as its maintainer, and where others sign in. */
import type { Environment } from './environment.ts';

export function consoleLines({
  github,
  users,
  listensAt,
}: Pick<Environment, 'github' | 'users' | 'listensAt'>): string[] {
  const signIn = `${listensAt}/auth/sign-in?${new URLSearchParams({ to: '/console/' })}`;
  const { login } = users.mona;
  return [
    `The console, as ${login}: ${github.signInLink(users.mona, signIn)} (signs in once)`,
    `To answer as the other maintainer, sign in as ${users.rey.login} at ${listensAt}/console/`,
  ];
}
