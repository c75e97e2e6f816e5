/** The page for signing in, and what went wrong where somebody comes back to it. */
import { LinkButton } from '@primer/react';
import { useSearch } from '@tanstack/react-router';
import { API_ROOT } from '../shell/address.ts';
import { PageTitle } from '../show/page-title.tsx';
import css from './settings.module.css';

/** By the server's word for it: what happened, and what to do. */
const FAILED: Record<string, string> = {
  not_set_up:
    'Signing in with GitHub is not set up here. Whoever operates Gatehouse sets GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET; `gatehouse doctor` says how. On the machine itself, `gatehouse open` signs in.',
  too_many: 'Too many sign-ins came from your address within a minute. Try again in a minute.',
  began_elsewhere:
    'This sign-in was begun in another browser, in another tab, or more than ten minutes ago. Begin again.',
  refused: 'GitHub did not let you in, or you did not let Gatehouse ask. Begin again to allow it.',
  github_away: 'GitHub does not answer. Try again in a while.',
  used_link:
    'This link was used before, or is older than a minute. `gatehouse open` makes another.',
};

export function SignIn() {
  const { failed, to } = useSearch({ from: '/sign-in' });
  const address = new URL('auth/sign-in', API_ROOT);
  if (to !== undefined) address.searchParams.set('to', to);
  return (
    <div className={css.signIn}>
      <PageTitle title="Sign in" />
      {failed !== undefined && (
        <p role="alert" className={css.failed}>
          {FAILED[failed] ?? 'You were not signed in. Try again.'}
        </p>
      )}
      <p>
        You see the repositories that GitHub lets you read and on which Gatehouse is installed, and
        do there what GitHub lets you do.
      </p>
      {failed !== 'not_set_up' && (
        <LinkButton href={address.href} variant="primary">
          Sign in with GitHub
        </LinkButton>
      )}
    </div>
  );
}
