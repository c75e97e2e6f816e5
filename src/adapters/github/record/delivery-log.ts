/** Reads GitHub's log of the App's deliveries, and what each of them carried. */
import type { Octokit } from '@octokit/rest';
import { JSONStringify } from 'json-with-bigint';
import { z } from 'zod';
import type { DeliveryEntry } from '../../../engine/ports/github-record.ts';
import type { Logger } from '../../../engine/ports/logger.ts';
import { attempt } from '../client/failure.ts';

const PAGE = 100;

const Entry = z.looseObject({
  // Ids of 64 bits come as bigints.
  id: z.union([z.number().int(), z.bigint()]).transform(String),
  guid: z.string().regex(/^[0-9a-f-]{36}$/i),
  event: z.string().regex(/^\w{1,128}$/),
  action: z.string().nullable(),
  delivered_at: z.iso.datetime({ offset: true }),
});
const Carried = z.looseObject({
  request: z.looseObject({ payload: z.record(z.string(), z.unknown()).nullable() }),
});

/** Newest first, page by page, until they are older than `since`. Entries that are malformed are left out. */
export async function* loggedDeliveries(
  { app, log }: { app: Octokit; log: Pick<Logger, 'warn'> },
  since: Date,
  which: 'failed' | 'all',
): AsyncIterable<DeliveryEntry[]> {
  const pages = app.paginate.iterator(app.rest.apps.listWebhookDeliveries, {
    per_page: PAGE,
    ...(which === 'failed' && { status: 'failure' as const }),
  });
  const next = () => attempt('log of deliveries', () => iterator.next());
  const iterator = pages[Symbol.asyncIterator]();
  for (let page = await next(); !page.done; page = await next()) {
    const entries = page.value.data.flatMap(entry => {
      const { data } = Entry.safeParse(entry);
      return data ? [{ ...data, at: new Date(data.delivered_at) }] : [];
    });
    if (entries.length < page.value.data.length)
      log.warn(
        { malformed: page.value.data.length - entries.length, of: page.value.data.length },
        "entries of GitHub's log of deliveries have a form that is not known, and are not read",
      );
    const recent = entries.filter(({ at }) => at >= since);
    yield recent.map(({ id, guid, event, action }) => ({
      id,
      guid: guid.toLowerCase(),
      event,
      action,
    }));
    if (recent.length < entries.length) return;
  }
}

/** The payload of a delivery; `null` where it was no JSON object. */
export async function deliveryPayload(app: Octokit, id: string): Promise<Buffer | null> {
  return attempt(`delivery ${id}`, async () => {
    const { data } = await app.request(`GET /app/hook/deliveries/${id}`);
    const { payload } = Carried.safeParse(data).data?.request ?? { payload: null };
    return payload && Buffer.from(JSONStringify(payload));
  });
}
