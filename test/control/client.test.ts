/** Another tool: a client with the types that are generated from the document goes from the list to the events. */
import createClient from 'openapi-fetch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { paths } from '../../src/console/api/schema.d.ts';
import { openPlace, type Place, tokenFor } from './fixture.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place.close());

it('lists, opens one, reads its events to the last, and submits a task once', async () => {
  const headers = { authorization: `Bearer ${await tokenFor(place)}` };
  const client = createClient<paths>({ baseUrl: place.url, headers });
  const list = await client.GET('/api/v1/tasks', { params: { query: { status: 'success' } } });
  const [row] = list.data?.tasks ?? [];
  if (!row) throw new Error('no task has succeeded');
  const params = { path: { task: row.id } };
  const { data: task } = await client.GET('/api/v1/tasks/{task}', { params });
  expect(task?.title).toBe(row.title);
  let after = 0;
  for (let more = true; more; ) {
    const query = { after, limit: 50 };
    const page = await client.GET('/api/v1/tasks/{task}/events', { params: { ...params, query } });
    after = page.data?.events.at(-1)?.seq ?? after;
    more = page.data?.more ?? false;
  }
  expect(after).toBe(task?.asOf.event);
  const call = {
    repository: 'acme/sandglass',
    command: 'fix',
    title: 'It is red',
    text: '',
    body: '',
  };
  const submit = () =>
    client.POST('/api/v1/tasks', { body: call, headers: { 'idempotency-key': 'once' } });
  const [first, second] = [await submit(), await submit()];
  expect([first.response.status, second.response.status]).toEqual([201, 200]);
  expect(second.data).toMatchObject({ task: first.data?.task, outcome: 'repeated' });
  const refused = await client.GET('/api/v1/tasks/{task}', { params: { path: { task: 'no' } } });
  expect(refused.error?.code).toBe('not_found');
});
