import { expect, test } from 'vitest';
import { restUrl } from '../../../../src/adapters/github/client/addresses.ts';

test.each([
  ['https://github.com', 'https://api.github.com'],
  ['https://octo.ghe.com', 'https://api.octo.ghe.com'],
  ['https://github.example.com', 'https://github.example.com/api/v3'],
  ['https://octo.ghe.com.example.org', 'https://octo.ghe.com.example.org/api/v3'],
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000/api/v3'],
])('the API of %s is at %s', (web, api) => {
  expect(restUrl(web)).toBe(api);
});
