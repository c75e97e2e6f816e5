/** A task on somebody's pull request: what its own pull request is. */
import { expect, it } from 'vitest';
import { created, HISTORY, outcomeOf } from '../given.ts';

it('opens a draft, which it marks as ready itself, only where it merges it', () => {
  const [, ...since] = HISTORY.published;
  const worksOn = { pull: 7, branch: 'topic', owner: 'somebody', fork: false } as const;
  expect(outcomeOf(created(), ...since).folded.state.pull).toMatchObject({ draft: true });
  expect(outcomeOf(created({ worksOn }), ...since).folded.state.pull).toMatchObject({
    draft: false,
  });
});
