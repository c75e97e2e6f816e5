/** `app.yml` as the manifest that GitHub's registration page takes. */
import { parse } from 'yaml';
import { z } from 'zod';
import { isOfThisMachine, NOBODYS_WEBHOOK } from './app-webhook.ts';
import { WEBHOOK_PATH } from './receive.ts';

const AppFile = z.looseObject({ name: z.string().min(1), url: z.url() });

type Registration = {
  /** The App's name; `null`: that of `app.yml`. */
  name: string | null;
  /** Where GitHub delivers; `null`: to where the setup page was opened, if that is a public address. */
  webhook: string | null;
  /** Where the setup page was opened. */
  base: URL;
  redirectPath: string;
};

/** The manifest as JSON, and the address in it. */
export function manifestOf(
  appFile: string,
  { name, webhook, base, redirectPath }: Registration,
): { manifest: string; url: string } {
  const app = AppFile.parse(parse(appFile));
  const here = isOfThisMachine(base) ? NOBODYS_WEBHOOK : new URL(WEBHOOK_PATH, base).href;
  const url = webhook ?? here;
  const manifest = {
    ...app,
    name: name ?? app.name,
    hook_attributes: { url, active: true },
    redirect_url: new URL(redirectPath, base).href,
  };
  return { manifest: JSON.stringify(manifest), url };
}
