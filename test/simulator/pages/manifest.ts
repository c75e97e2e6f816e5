import { randomBytes } from 'node:crypto';
import type { GitHub } from '../github.ts';
import { emitPing } from '../webhooks/emit.ts';
import { accountById } from '../world/accounts.ts';
import { createApp, type Permissions, webhookFault } from '../world/apps.ts';
import { form, type View } from './frame.ts';
import { type Html, html } from './html.ts';

interface Manifest {
  readonly name?: string;
  readonly url: string;
  readonly redirect_url?: string;
  readonly callback_urls?: readonly string[];
  readonly hook_attributes?: { readonly url: string; readonly active?: boolean };
  readonly default_permissions?: Permissions;
  readonly default_events?: readonly string[];
}

/** Shows what an App would be, for its owner to confirm. */
export function confirmManifest(view: View, text: string, state: string): Html {
  const { name = '', default_permissions = {}, default_events = [] } = JSON.parse(text) as Manifest;
  const fault = manifestFault(text);
  if (fault !== null) return html`<h1>Invalid GitHub App configuration</h1><p>${fault}</p>`;
  const owners = [...view.github.world.accounts.values()].filter(account => account.type !== 'Bot');
  return html`<h1>Create a GitHub App</h1>
    <p>It may: ${Object.entries(default_permissions)
      .map(([key, level]) => `${key} ${level}`)
      .join(', ')}. It hears of: ${default_events.join(', ')}.</p>
    ${form(
      view,
      'create-app',
      html`<input type="hidden" name="manifest" value="${text}"><input type="hidden" name="state" value="${state}">
      <label>Name <input name="name" value="${name}" required></label>
      <label>Owner <select name="owner">${owners.map(account => html`<option value="${account.id}">${account.login}</option>`)}</select></label>
      <button>Create</button>`,
    )}`;
}

/** GitHub takes all of a manifest or nothing of it. */
function manifestFault(text: string): string | null {
  const { hook_attributes } = JSON.parse(text) as Manifest;
  return hook_attributes ? webhookFault(hook_attributes.url) : null;
}

/** Makes the App, and sends its owner back with the code that is exchanged for its secrets. */
export function createFromManifest(github: GitHub, fields: URLSearchParams): string {
  const manifest = JSON.parse(fields.get('manifest') ?? '') as Manifest;
  const app = createApp(github, {
    name: fields.get('name') || (manifest.name ?? 'App'),
    owner: accountById(github, Number(fields.get('owner'))),
    permissions: manifest.default_permissions ?? {},
    events: manifest.default_events ?? [],
    webhookUrl: manifest.hook_attributes?.url ?? null,
    webhookActive: manifest.hook_attributes?.active ?? true,
    callbackUrls: manifest.callback_urls ?? [],
  });
  if (app.webhookUrl) emitPing(github, app.id);
  const code = randomBytes(20).toString('hex');
  github.world.manifestCodes.set(code, app.id);
  const back = new URL(manifest.redirect_url ?? manifest.url);
  back.searchParams.set('code', code);
  if (fields.get('state')) back.searchParams.set('state', fields.get('state') ?? '');
  return back.href;
}
