/** What a `repository_dispatch` means: a whole call, or what is wrong with it. */
import { expect, it } from 'vitest';
import { dispatch } from '../../../src/adapters/github/triggers/dispatches.ts';

const app = { id: 1, slug: 'gatehouse', botUserId: 99 };
const payload = (client_payload: unknown, action = 'gatehouse') => ({
  action,
  branch: 'main',
  client_payload,
  repository: { id: 42, name: 'span', owner: { login: 'acme' } },
  installation: { id: 7 },
  sender: { id: 1, login: 'mona', type: 'User' },
});
const orderOf = async (client_payload: unknown) => {
  const meaning = await dispatch(payload(client_payload), app);
  return 'ignored' in meaning ? meaning : meaning.order;
};

it('a call about an issue, or with a goal of its own', async () => {
  expect(await orderOf({ command: 'fix', issue: 5 })).toMatchObject({ command: 'fix', issue: 5 });
  expect(await orderOf({ command: 'fix', title: 'Red', key: 'k' })).toMatchObject({
    title: 'Red',
    body: '',
    key: 'k',
  });
});

it.each<[string, unknown, string]>([
  ['nothing', null, 'client_payload: '],
  ['neither issue nor title', { command: 'fix' }, 'names one of issue, title and task'],
  ['both', { command: 'fix', issue: 5, title: 'Red' }, 'names one of issue, title and task'],
  ['a key of another kind', { command: 'fix', title: 'Red', key: 7 }, 'client_payload.key: '],
  ['what is not known', { command: 'fix', title: 'Red', role: 'admin' }, 'role'],
  ['a number that is none', { command: 'fix', issue: -1 }, 'client_payload.issue: '],
])('with %s it says what is wrong', async (_, client_payload, problem) => {
  const order = await orderOf(client_payload);
  expect('faults' in order ? order.faults.join() : order).toContain(problem);
});

it.each([
  [5, 5],
  ['5', 5],
  [-5, null],
  ['5.5', null],
  [undefined, null],
])('a wrong call about the issue %j is answered on %j', async (issue, on) => {
  expect(await orderOf({ command: 'fix', issue, role: 'admin' })).toMatchObject({ issue: on });
});

it('another type starts nothing, and neither does what we sent ourselves', async () => {
  expect(await dispatch(payload({}, 'deploy'), app)).toMatchObject({ ignored: 'not_used' });
  const own = {
    ...payload({ command: 'fix', title: 'Red' }),
    sender: { id: 99, login: 'g', type: 'Bot' },
  };
  expect(await dispatch(own, app)).toMatchObject({ ignored: 'own' });
});
