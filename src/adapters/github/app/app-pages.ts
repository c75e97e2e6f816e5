/** The App's pages on GitHub. */
import { z } from 'zod';

/** What GitHub says of an App, as far as its pages depend on it. */
export const AppPlace = z.looseObject({
  slug: z.string().min(1),
  html_url: z.url(),
  /** A person, an organization, or an enterprise, which has a slug in place of a login. */
  owner: z
    .union([
      z.looseObject({ login: z.string(), type: z.string() }),
      z.looseObject({ slug: z.string() }),
    ])
    .nullish(),
});

export type AppPages = {
  /** Where its owner changes it. */
  settings: string;
  /** Where people install it. */
  install: string;
};

export function appPages({ slug, html_url, owner }: z.infer<typeof AppPlace>): AppPages {
  const { origin } = new URL(html_url);
  return {
    settings: `${origin}${ownerPath(owner)}/settings/apps/${slug}`,
    install: `${html_url}/installations/new`,
  };
}

function ownerPath(owner: z.infer<typeof AppPlace>['owner']): string {
  if (!owner) return '';
  if (!('login' in owner)) return `/enterprises/${owner.slug}`;
  return owner.type === 'Organization' ? `/organizations/${owner.login}` : '';
}
