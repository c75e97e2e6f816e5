/** What takes longer than an answer may is answered all the same; what starts a task may have begun it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createApi } from '../../src/control/application.ts';
import { endpoint } from '../../src/control/endpoint.ts';
import { submitTask } from '../../src/control/tasks/submit.ts';

async function answerOf(tooSlow: typeof submitTask.tooSlow | undefined) {
  const entered = Promise.withResolvers<void>();
  const given = { method: 'get', path: '/api/v1/slow', tag: 'x', summary: 'x' } as const;
  const slow = endpoint({ ...given, ok: z.object({}), ...(tooSlow && { tooSlow }) }, () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    setImmediate(entered.resolve);
    return new Promise<never>(() => {});
  });
  const viewer = { who: { kind: 'person', id: 1, login: 'mona' } };
  const api = createApi({
    services: { logger: { warn() {}, error() {} } },
    endpoints: [slow],
    whoAsks: async () => ({ ok: true, viewer, token: null }),
    readJson: async () => ({ ok: true, value: {} }),
    publicUrl: () => null,
  } as unknown as Parameters<typeof createApi>[0]);
  const server = createServer((request, response) => void api(request, response));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const asked = fetch(`http://127.0.0.1:${port}/api/v1/slow`);
  await entered.promise;
  vi.advanceTimersByTime(15_000);
  vi.useRealTimers();
  const response = await asked;
  const problem = JSON.parse(await response.text());
  server.closeAllConnections();
  server.close();
  return { status: response.status, problem };
}

it('whoever asks for too much is told so', async () => {
  expect(await answerOf(undefined)).toMatchObject({
    status: 503,
    problem: { code: 'too_slow', next: expect.stringMatching(/^Ask for less at once/) },
  });
});

it('whoever starts a task is told that it may have begun, and to send the same key', async () => {
  const { tooSlow } = submitTask;
  expect(await answerOf(tooSlow)).toMatchObject({
    status: 503,
    problem: {
      code: 'too_slow',
      message: expect.stringMatching(/may begin yet, or has begun/),
      next: expect.stringMatching(/the same again with the same key/),
    },
  });
});
