/** An endpoint of the API is added as docs/extending.md says: one file, and its row in the table. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReadJson } from '../../src/compose/http/read-json.ts';
import { createApi } from '../../src/control/application.ts';
import { ENDPOINTS } from '../../src/control/endpoints.ts';
import type { RepositoryRole } from '../../src/control/viewer.ts';
import { openPlace, type Place, RECORDED } from '../control/fixture.ts';
import { listBranches } from './endpoint/branches.ts';

let place: Place;
let url: string;
let close: () => void;
/** The repositories that whoever asks may see. */
const seen = new Map<number, RepositoryRole>();

beforeAll(async () => {
  place = await openPlace();
  const api = createApi({
    services: { ...place.services, seenBy: null, doctor: null, anchorsSeen: async () => [] },
    endpoints: [...ENDPOINTS, listBranches],
    whoAsks: async () => ({
      ok: true,
      token: null,
      viewer: {
        who: { kind: 'person', id: 1, login: 'mona' },
        repositories: seen,
        roles: new Map(),
      },
    }),
    readJson: createReadJson(),
    publicUrl: () => null,
  });
  const server = createServer((request, response) => void api(request, response));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    server.closeAllConnections();
    server.close();
  };
});
afterAll(async () => {
  close();
  await place.close();
});

const ask = (query: string) => fetch(`${url}/api/v1/branches${query}`);
const asked = `?repository=${RECORDED['full-walk']}`;

test('it answers what whoever asks may see, and nothing else', async () => {
  expect(await (await ask(asked)).json()).toEqual({ branches: [] });
  const [{ id } = { id: 0 }] = await place.services.taskPages.repositoriesNamed([
    RECORDED['full-walk'],
  ]);
  seen.set(id, 'read');
  const task = await place.services.taskPages.find(place.tasks.get('full-walk') ?? '', [id]);
  expect(task?.branch).toMatch(/./);
  expect(await (await ask(asked)).json()).toEqual({ branches: [task?.branch] });
});

test('its schemas refuse what is asked amiss, with the place', async () => {
  for (const [query, pointer] of [
    ['?repository=library', '/query/repository'],
    [`${asked}&branch=main`, '/query'],
  ] as const) {
    const response = await ask(query);
    expect(response.status).toBe(422);
    expect(JSON.stringify(await response.json())).toContain(pointer);
  }
});

test('it is in the OpenAPI document', async () => {
  const document = JSON.parse(await (await fetch(`${url}/api/v1/openapi.json`)).text());
  expect(document.paths['/api/v1/branches'].get.summary).toBe(listBranches.summary);
  expect(document.components.schemas).toHaveProperty('Branches');
});
