/**
 * One request or decision, told in five places: the check run, the comment, a terminal, the API, and the
 * page, which is looked at in `test/console`. All of them say the same, and reading any appends nothing.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REFUSAL, REQUESTS, toldAlike } from './faces.ts';
import { openPlace, type Place, tokenFor } from './fixture.ts';

const SPAN = { id: 43, name: 'span' };

let place: Place;
let token: string;
beforeAll(async () => {
  place = await openPlace();
  token = await tokenFor(place, { repositories: [{ name: 'acme/span', alias: null }] });
});
afterAll(() => place.close());

it.each(REQUESTS)(
  'a request that %s is told in the same sentence everywhere',
  async (name, commands, status) => {
    const told = await toldAlike(place, [name, commands], { token, repository: SPAN });
    expect(told.status).toBe(status);
  },
);

it('what policy denies is told with the reason of its decision everywhere', async () => {
  const told = await toldAlike(place, ['refused', REFUSAL], { token, repository: SPAN });
  expect(told).toMatchObject({ status: 'refused', sentence: 'task.start: deny' });
});
