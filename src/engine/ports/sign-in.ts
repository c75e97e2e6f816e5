/** How people prove to GitHub who they are, and what GitHub lets us ask in their name. */
import type { Person, Role } from '../../core/actor.ts';

/** Where GitHub sends people back to, below our address. */
export const CALLBACK_PATH = '/auth/callback';

/** What lets us ask in a person's name, and what renews it, once. `endsAt`: null: it does not end. */
export type UserTokens = { token: string; endsAt: string | null; refresh: string | null };

/** What has to come back with the code that GitHub gives. */
export type SignInStart = { state: string; verifier: string; redirectUri: string };

/** What a person may see of what the App is installed on. */
export type SeenRepository = {
  id: number;
  /** As owner/name. */
  name: string;
  role: Exclude<Role, 'none'>;
};
export type SeenByPerson = {
  person: Person;
  installations: number[];
  repositories: SeenRepository[];
  /** As owner/team, in lower case. */
  teams: string[];
};

export type SignIn = {
  /** Where a person is sent, and what has to be kept until they are back. */
  begin(redirectUri: string): Promise<{ url: string; start: SignInStart }>;
  /** `address`: where they came back to, with its query. Throws `SignInRefused`. */
  finish(address: URL, start: SignInStart): Promise<UserTokens>;
  /** `null`: GitHub does not take it any more. */
  renew(refresh: string): Promise<UserTokens | null>;
  /** What was ours to ask is over. */
  revoke(token: string): Promise<void>;
  person(token: string): Promise<Person>;
  /** Those with something that the person may see. `null`: GitHub does not take the token any more. */
  installations(token: string): Promise<number[] | null>;
  /** What they may see in these. `null`: as above. */
  sees(token: string, installations: readonly number[]): Promise<SeenByPerson | null>;
};

/** Nobody is signed in, and what to do about it. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}
