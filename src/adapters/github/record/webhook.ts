/** The App's webhook, as far as GitHub's API shows it: its address, and how the last deliveries went. */
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { attempt } from '../client/failure.ts';

type LoggedDelivery = { event: string; at: Date; ok: boolean; status: string };
/** Whether it is switched on, the API does not say. `deliveries`: newest first. */
export type Webhook = { url: string | null; deliveries: LoggedDelivery[] };

/** Enough to tell an address that never answers from one that was away for a while. */
const LATEST = 30;

const Address = z.looseObject({ url: z.string().optional() });
const Entry = z.looseObject({
  event: z.string(),
  delivered_at: z.iso.datetime({ offset: true }),
  status: z.string(),
  status_code: z.number().int(),
});

export async function readWebhook(app: Octokit): Promise<Webhook> {
  const [config, log] = await Promise.all([
    attempt('webhook of the App', () => app.rest.apps.getWebhookConfigForApp()),
    attempt('log of deliveries', () => app.rest.apps.listWebhookDeliveries({ per_page: LATEST })),
  ]);
  const { url } = Address.parse(config.data);
  const deliveries = log.data.flatMap(entry => {
    const { data } = Entry.safeParse(entry);
    if (!data) return [];
    const { event, status, status_code, delivered_at } = data;
    const ok = status_code >= 200 && status_code < 400;
    return [{ event, ok, status: `${status_code} ${status}`, at: new Date(delivered_at) }];
  });
  return { url: url ? url : null, deliveries };
}
