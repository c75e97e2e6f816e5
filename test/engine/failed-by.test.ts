import { expect, test } from 'vitest';
import { failedBy } from '../../src/engine/perform/failed-by.ts';
import { NotGranted } from '../../src/engine/ports/github.ts';

test.each([
  ['reply', { class: 'not_granted', retryable: true }],
  ['push', { class: 'not_granted', retryable: true }],
  ['show', { class: 'forbidden', retryable: false }],
  ['remove_label', { class: 'forbidden', retryable: false }],
] as const)('%s without a permission', (kind, failed) => {
  expect(failedBy({ key: 'a', kind }, new NotGranted('refused', 403))).toMatchObject(failed);
});
