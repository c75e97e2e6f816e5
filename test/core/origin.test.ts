/** Where a task comes from: what at most one open task comes from, and who answers for it. */
import { describe, expect, it } from 'vitest';
import {
  byPerson,
  type Origin,
  originKey,
  personWhoAsked,
  type Requester,
  requesterName,
  starterOf,
} from '../../src/core/origin.ts';

const backlog: Origin = { kind: 'backlog', backlog: 'b1', item: 'parser', tracking: 4 };

const ofCheck: Origin = {
  kind: 'check',
  check: { id: 1, name: 'ci', head: 'a', reportedAs: 'status', output: null },
};

describe('the key of an origin', () => {
  it.each<[Origin, string]>([
    [{ kind: 'call', key: 'ci/build-7' }, 'call:ci/build-7'],
    [{ kind: 'dispatch', key: 'guid-1' }, 'dispatch:guid-1'],
    [backlog, 'backlog:b1/parser'],
    [{ kind: 'schedule', name: 'nightly' }, 'schedule:nightly'],
    [{ kind: 'hook', task: 't1', hook: 'docs' }, 'hook:t1/docs'],
    [
      { kind: 'deployment', workflowRun: 7, environment: 'production', commit: 'c0ffee' },
      'deployment:7/production',
    ],
  ])('of %j is its own', (origin, key) => {
    expect(originKey({ origin, issue: null })).toBe(key);
  });

  it('is the issue or pull request, whoever asked for the work on it', () => {
    const origins: Origin[] = [{ kind: 'issue' }, { kind: 'pull' }, ofCheck, backlog];
    expect(new Set(origins.map(origin => originKey({ origin, issue: 12 })))).toEqual(
      new Set(['#12']),
    );
  });

  it('is needed: what comes from an issue is about it', () => {
    expect(() => originKey({ origin: { kind: 'issue' }, issue: null })).toThrow(
      'is about an issue',
    );
  });
});

it('a person is the only one who ever counts as one', () => {
  const token: Requester = { kind: 'token', id: 'ci', project: 'billing' };
  const all: Requester[] = [byPerson({ id: 7, login: 'mona' }), token, { kind: 'repository' }];
  expect(all.map(personWhoAsked)).toEqual([{ id: 7, login: 'mona' }, null, null]);
  expect(all.map(requesterName)).toEqual([
    'mona',
    'the token ci of billing',
    "the repository's configuration",
  ]);
});

it('policy is told what set the work off', () => {
  expect(starterOf({ kind: 'pull' })).toBe('person');
  expect(starterOf(ofCheck)).toBe('ci');
  expect(starterOf(backlog)).toBe('backlog');
});
