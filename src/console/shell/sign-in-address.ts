/** Where GitHub is asked who somebody is, and which page they come back to: the one that is shown. */
import { API_ROOT, CONSOLE_ROOT } from './address.ts';

export function signInAddress(page = window.location.href): string {
  const { pathname, search } = new URL(page);
  const below = pathname.startsWith(CONSOLE_ROOT.pathname)
    ? pathname.slice(CONSOLE_ROOT.pathname.length)
    : '';
  const address = new URL('auth/sign-in', API_ROOT);
  // The page for signing in is no place to come back to.
  address.searchParams.set('to', below === 'sign-in' ? '/console/' : `/console/${below}${search}`);
  return address.href;
}
