/** `app.yml` as the manifest that GitHub's registration page takes. */
import { parse } from 'yaml';
import { z } from 'zod';
import { CALLBACK_PATH } from '../../../engine/ports/sign-in.ts';
import { WEBHOOK_PATH } from '../receive/receive.ts';
import { isNobodys, isOfThisMachine, NOBODYS_WEBHOOK } from './app-webhook.ts';

const AppFile = z.looseObject({ name: z.string().min(1), url: z.url() });

type Registration = {
  /** The App's name; `null`: that of `app.yml`. */
  name: string | null;
  /** Where GitHub delivers; `null`: to where the setup page was opened, if that is a public address. */
  webhook: string | null;
  /** Where the setup page was opened. */
  base: URL;
  redirectPath: string;
  /** The port on which Gatehouse will listen. */
  port: number;
};

/** The manifest as JSON, and the address in it. */
export function manifestOf(
  appFile: string,
  { name, webhook, base, redirectPath, port }: Registration,
): { manifest: string; url: string; publicUrl: string | null } {
  const app = AppFile.parse(parse(appFile));
  const here = isOfThisMachine(base) ? NOBODYS_WEBHOOK : new URL(WEBHOOK_PATH, base).href;
  const url = webhook ?? here;
  const publicUrl = publicUrlOf(url);
  const manifest = {
    ...app,
    name: name ?? app.name,
    hook_attributes: { url, active: true },
    redirect_url: new URL(redirectPath, base).href,
    // People sign in where they reach us, and on this machine.
    callback_urls: [...(publicUrl ? [publicUrl] : []), `http://127.0.0.1:${port}`].map(
      reached => `${reached}${CALLBACK_PATH}`,
    ),
  };
  return { manifest: JSON.stringify(manifest), url, publicUrl };
}

/**
 * Where people reach us, as the address of the webhook has it; `null`: that does not say. Over http nobody
 * could sign in safely, and nothing starts with such an address.
 */
function publicUrlOf(webhook: string): string | null {
  const ours =
    !isNobodys(webhook) && webhook.startsWith('https://') && webhook.endsWith(WEBHOOK_PATH);
  return ours ? webhook.slice(0, -WEBHOOK_PATH.length) : null;
}
