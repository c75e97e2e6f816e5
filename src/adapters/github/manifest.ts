/** `app.yml` as the manifest that GitHub's registration page takes. */
import { parse } from 'yaml';
import { z } from 'zod';
import { WEBHOOK_PATH } from './receive.ts';

const AppFile = z.looseObject({ name: z.string().min(1), url: z.url() });

/** GitHub wants an address even where nothing can be delivered yet. */
const NOWHERE = 'https://example.com';

/**
 * The manifest as JSON. `base` is where the setup page was opened: the public address of Gatehouse,
 * or this machine, which GitHub can't reach: then the webhook stays off until an address is set.
 */
export function manifestOf(appFile: string, base: URL, redirectPath: string): string {
  const app = AppFile.parse(parse(appFile));
  const reachable = !/^(localhost|127\.|\[?::1\]?$)/.test(base.hostname);
  return JSON.stringify({
    ...app,
    hook_attributes: {
      url: new URL(WEBHOOK_PATH, reachable ? base : NOWHERE).href,
      active: reachable,
    },
    redirect_url: new URL(redirectPath, base).href,
  });
}
