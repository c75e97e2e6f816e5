/** How a person at a shell proves to GitHub who they are, and writes there in their own name. */
import type { Person } from '../../core/actor.ts';
import type { UserTokens } from './sign-in.ts';

export type DeviceSignIn = {
  /** The GitHub that it is, by its host. */
  host: string;
  /** `code` is typed at `address`; `done` resolves once that was done, and throws `SignInRefused`. */
  begin(): Promise<{
    code: string;
    address: string;
    done: Promise<{ person: Person; tokens: UserTokens }>;
  }>;
  /** `null`: GitHub does not take it any more. */
  renew(refresh: string): Promise<UserTokens | null>;
  /** Writes a comment on an issue or a pull request; where it stands. */
  comment(
    token: string,
    on: { owner: string; name: string; number: number },
    body: string,
  ): Promise<string>;
};
