/** What GitHub gives back of a check run says what it is about; anybody's text says nothing more. */
import { expect, it } from 'vitest';
import { aboutHead, aboutPolicy, readCheckAbout } from '../../src/core/check-about.ts';

const head = { pull: 7, head: 'b'.repeat(40) };

it.each([
  [aboutHead({ ...head, group: false }), { kind: 'pull', pull: 7 }],
  [aboutHead({ ...head, group: true }), { kind: 'group', pull: 7 }],
  [aboutPolicy(7), { kind: 'policy', pull: 7 }],
  [aboutPolicy(null), { kind: 'policy', pull: null }],
  ['1144-1-3ccf018c', { kind: 'task', task: '1144-1-3ccf018c' }],
  ['', { kind: 'task', task: '' }],
  ['group:7:8', { kind: 'task', task: 'group:7:8' }],
  ['pull:x', { kind: 'task', task: 'pull:x' }],
])('%s', (text, about) => {
  expect(readCheckAbout(text)).toEqual(about);
});
