/** One agent for author and reviewer, where policy separates them, is told at the start and by the doctor. */
import { expect, it } from 'vitest';
import { createSimulated } from '../../../src/adapters/agents/simulated.ts';
import { reviewsItself } from '../../../src/compose/agents/reviews-itself.ts';
import type { Profile } from '../../../src/core/profile.ts';
import { pack } from '../../policy/starter.ts';

const adapter = (name: string) => ({ ...createSimulated(), name });
const deps = {
  adapters: new Map(['codex', 'claude'].map(name => [name, adapter(name)])),
  settings: { realAgents: true, models: new Map(), providers: new Set<string>() },
};
const role = (name: string, ...adapters: string[]) =>
  ({ name, chain: adapters.map(one => ({ adapter: one, model: null })) }) as unknown as Profile;

it('is warned of where each task would end at its review, and nowhere else', () => {
  const regulated = pack('regulated');
  const author = role('author', 'codex', 'claude');
  const alone = role('reviewer', 'codex');
  expect(reviewsItself(regulated, deps, [author, alone])?.problem).toMatch(
    /^the policies let no agent review its own work, and codex is the only one for/,
  );
  expect(reviewsItself(regulated, deps, [author, role('reviewer', 'codex', 'claude')])).toBeNull();
  expect(reviewsItself(regulated, deps, [author])).toBeNull();
  expect(reviewsItself(pack('starter'), deps, [author, alone])).toBeNull();
});
