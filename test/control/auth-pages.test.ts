import { createServer } from 'node:http';
import { afterAll, expect, it } from 'vitest';
import { bind } from '../../src/compose/http/bind.ts';
import { type AuthPages, createAuthPages } from '../../src/control/sign-in/auth-pages.ts';

const parts = { publicUrl: () => 'https://gatehouse.example', proxies: 0, github: null };
type Parts = Parameters<typeof createAuthPages>[0];
/** Nothing else is needed by what asks too often, or where signing in is not set up. */
const pages = (waitMs: number): AuthPages =>
  createAuthPages({ ...parts, ofAddress: () => waitMs } as unknown as Parts);

let answer = pages(0);
const server = createServer((request, response) => void answer(request, response));
const port = await bind(server, { host: '127.0.0.1', port: 0 });
afterAll(() => void server.close());

it('whoever came too often keeps the sign-in that they began, and every other failure ends it', async () => {
  const comeBack = async () => {
    const url = `http://127.0.0.1:${port}/auth/callback`;
    const { headers } = await fetch(url, { redirect: 'manual' });
    return [headers.get('location'), headers.getSetCookie().length];
  };
  const failed = 'https://gatehouse.example/console/sign-in?failed=';
  expect(await comeBack()).toEqual([`${failed}not_set_up`, 1]);
  answer = pages(1_000);
  expect(await comeBack()).toEqual([`${failed}too_many`, 0]);
});
