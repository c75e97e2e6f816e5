/** What the counts of an evaluation say, and what a change may be. */
import { describe, expect, it } from 'vitest';
import type { Change, TreeEntry } from '../../../src/core/change.ts';
import { compareResults, partOf } from '../../../src/core/evaluation/compare.ts';
import { figuresOf } from '../../../src/core/evaluation/figures.ts';
import { gradeChange } from '../../../src/core/evaluation/grade-change.ts';
import type { EvaluationResult, Trial } from '../../../src/core/evaluation/result.ts';
import { chanceOfSoFew, wilson } from '../../../src/core/evaluation/statistics.ts';

const entry = (path: string, added: number, from: string | null = null): TreeEntry => ({
  path,
  from,
  status: from ? 'renamed' : 'modified',
  mode: { before: '100644', after: '100644' },
  blob: { before: 'a', after: 'b' },
  size: { before: 1, after: 1 },
  lines: { added, removed: 1 },
  binary: false,
  text: { before: '', after: '' },
});
const change = (...entries: TreeEntry[]): Change => ({ parent: 'p', tree: 't', entries });

const trial = (task: string, outcome: Trial['outcome'], more: Partial<Trial> = {}): Trial => ({
  task,
  profile: 'p',
  repeat: 1,
  id: 't',
  outcome,
  reason: '',
  graders: [],
  agents: {},
  usd: 0.5,
  tokens: 10,
  ms: 1_000,
  asked: 0,
  ...more,
});

/** By task, how many passed of how many. */
function result(passes: Record<string, [passed: number, runs: number]>): EvaluationResult {
  const trials = Object.entries(passes).flatMap(([task, [passed, runs]]) =>
    Array.from({ length: runs }, (_, at) => trial(task, at < passed ? 'passed' : 'failed')),
  );
  return {
    version: 1,
    suite: 's.yaml',
    gatehouse: '1',
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: '2026-01-01T00:00:00Z',
    stopped: false,
    tasks: Object.fromEntries(Object.keys(passes).map(name => [name, `digest of ${name}`])),
    profiles: { p: figuresOf(trials, {}) },
    regression: { chance: 0.01 },
    trials,
  };
}

describe('a change', () => {
  const rules = { must: [], mustNot: [] };

  it('has to touch what it must, and nothing that it must not', () => {
    const made = change(entry('src/a.js', 3), entry('test/deep/b.test.js', 1));
    expect(gradeChange({ must: ['src/', 'src/*.js'], mustNot: ['docs'] }, made)).toEqual([]);
    expect(gradeChange({ must: ['lib'], mustNot: ['test'] }, made)).toEqual([
      'lib was not changed.',
      'test/deep/b.test.js was changed.',
    ]);
    // A star stands for no folder, and a name is not the beginning of another one.
    expect(gradeChange({ must: [], mustNot: ['*.js', 'src/a', 'test/*.js'] }, made)).toEqual([]);
  });

  it('that moves a file away touches it', () => {
    const moved = change(entry('src/new.js', 0, 'test/old.js'));
    expect(gradeChange({ ...rules, mustNot: ['test/'] }, moved)).toEqual([
      'test/old.js was changed.',
    ]);
  });

  it('has at most so many lines and files', () => {
    const made = change(entry('a', 5), entry('b', 5));
    expect(gradeChange({ ...rules, lines: 12, files: 2 }, made)).toEqual([]);
    expect(gradeChange({ ...rules, lines: 11, files: 1 }, made)).toEqual([
      '12 lines were changed, more than 11.',
      '2 files were changed, more than 1.',
    ]);
  });

  it('may be none at all', () => {
    expect(gradeChange({ ...rules, mustNot: ['a'] }, null)).toEqual([]);
    expect(gradeChange({ ...rules, must: ['a'] }, null)).toEqual(['a was not changed.']);
  });
});

it('the interval of a rate is that of Wilson', () => {
  const rounded = (passed: number, runs: number) => {
    const { low, high } = wilson({ passed, runs });
    return [low, high].map(bound => Math.round(bound * 1000) / 1000);
  };
  expect(rounded(9, 10)).toEqual([0.596, 0.982]);
  expect(rounded(10, 10)).toEqual([0.722, 1]);
  expect(rounded(0, 10)).toEqual([0, 0.278]);
  expect(rounded(0, 0)).toEqual([0, 1]);
});

describe('the chance of so few passes', () => {
  const of = (...tasks: [before: number, beforeRuns: number, after: number, afterRuns: number][]) =>
    chanceOfSoFew(
      tasks.map(([before, beforeRuns, after, afterRuns]) => ({
        before: { passed: before, runs: beforeRuns },
        after: { passed: after, runs: afterRuns },
      })),
    );

  it('of one task is that of the exact test of Fisher', () => {
    expect(of([5, 5, 0, 5])).toBeCloseTo(1 / 252, 10);
    expect(of([3, 3, 0, 3])).toBeCloseTo(1 / 20, 10);
    expect(of([4, 5, 1, 5])).toBeCloseTo(26 / 252, 10);
  });

  it('of single runs is that of tosses of a coin', () => {
    const flips = Array.from({ length: 7 }, (): [number, number, number, number] => [1, 1, 0, 1]);
    expect(of(...flips)).toBeCloseTo(1 / 128, 10);
    expect(of(...flips, [0, 1, 1, 1])).toBeCloseTo(9 / 256, 10);
  });

  it('is not told by what passes always or never', () => {
    expect(of([5, 5, 0, 5], [9, 9, 9, 9], [0, 4, 0, 4])).toBeCloseTo(of([5, 5, 0, 5]), 10);
    expect(of([9, 9, 9, 9])).toBe(1);
    expect(of()).toBe(1);
  });

  it('trips by noise alone no more often than it says', () => {
    // A task that passes half of the time, five runs before and five after: all outcomes, by their weight.
    const weight = [1, 5, 10, 10, 5, 1].map(ways => ways / 32);
    let trips = 0;
    for (const [before, a] of weight.entries())
      for (const [after, b] of weight.entries())
        if (of([before, 5, after, 5]) < 0.01) trips += a * b;
    expect(trips).toBeGreaterThan(0);
    expect(trips).toBeLessThan(0.01);
  });
});

describe('two results', () => {
  it('differ by a regression where chance hardly explains it', () => {
    const before = result({ a: [5, 5], b: [5, 5] });
    const compared = compareResults(before, result({ a: [0, 5], b: [5, 5] }));
    expect(compared).toMatchObject({ ok: false, left: [] });
    expect(compared.profiles).toMatchObject([
      {
        profile: 'p',
        verdict: 'regressed',
        before: { passed: 10, runs: 10 },
        after: { passed: 5, runs: 10 },
        flips: [{ task: 'a', to: 'failing' }],
      },
    ]);
  });

  it('are held where one run fell, and better ones are no regression', () => {
    const before = result({ a: [4, 5], b: [5, 5] });
    for (const after of [result({ a: [3, 5], b: [5, 5] }), result({ a: [5, 5], b: [5, 5] })])
      expect(compareResults(before, after)).toMatchObject({
        ok: true,
        profiles: [{ verdict: 'held', flips: [] }],
      });
  });

  it('say where there are too few runs to tell', () => {
    const compared = compareResults(result({ a: [1, 1] }), result({ a: [0, 1] }));
    expect(compared).toMatchObject({
      ok: true,
      profiles: [{ verdict: 'too_few', flips: [{ task: 'a', to: 'failing' }] }],
    });
  });

  it("can't get worse where nothing passed before", () => {
    const compared = compareResults(result({ a: [0, 1] }), result({ a: [0, 1] }));
    expect(compared).toMatchObject({ ok: true, profiles: [{ verdict: 'held', chance: 1 }] });
  });

  it('are compared in the same tasks alone, and not at all where there is none', () => {
    const before = result({ a: [5, 5], b: [5, 5] });
    before.tasks.a = 'another';
    const after = result({ a: [0, 5], b: [5, 5], c: [0, 5] });
    expect(compareResults(before, after)).toMatchObject({
      ok: true,
      left: ['The task a is another one than before.', 'The task c is new.'],
      profiles: [{ tasks: 1, verdict: 'held' }],
    });
    expect(compareResults(result({ z: [1, 1] }), after).ok).toBe(false);
  });

  it('leave errors out, which say nothing of the agent', () => {
    const after = result({ a: [0, 0] });
    after.trials = [trial('a', 'error'), trial('a', 'error')];
    expect(compareResults(result({ a: [5, 5] }), after)).toMatchObject({
      ok: false,
      left: [
        'No task of the profile p was graded both times.',
        'The task a was graded before and is not now, by the profile p.',
      ],
    });
  });

  it('fail where what was graded before is gone or is not graded now', () => {
    const before = result({ a: [5, 5], b: [5, 5], c: [0, 0] });
    const gone = 'The task b was graded before and is gone.';
    expect(compareResults(before, result({ a: [5, 5] }))).toMatchObject({
      ok: false,
      left: [gone],
      profiles: [{ verdict: 'held' }],
    });
    const errors = result({ a: [5, 5], b: [0, 0], c: [0, 0] });
    errors.trials.push(trial('b', 'error'));
    expect(compareResults(before, errors)).toMatchObject({
      ok: false,
      left: ['The task b was graded before and is not now, by the profile p.'],
    });
    const others = { ...before, trials: before.trials.map(one => ({ ...one, profile: 'q' })) };
    const [p] = Object.values(before.profiles);
    const both = { ...before, trials: [...before.trials, ...others.trials] };
    if (p) both.profiles = { p, q: p };
    expect(compareResults(both, before)).toMatchObject({
      ok: false,
      left: ['The profile q was graded before and is gone.'],
    });
    // Whoever chose a part has compared that part.
    const chosen = { task: ['a'], profile: ['p'] };
    expect(compareResults(partOf(both, chosen), result({ a: [5, 5] }))).toMatchObject({
      ok: true,
      left: [],
    });
  });
});

describe('the figures of a profile', () => {
  it('count what was graded, and sum what was spent on all', () => {
    const trials = [
      trial('a', 'passed', { ms: 3_000 }),
      trial('a', 'failed', { ms: 1_000 }),
      trial('a', 'error', { ms: 9_000 }),
    ];
    expect(figuresOf(trials, {})).toMatchObject({
      runs: 2,
      passed: 1,
      errors: 1,
      rate: 0.5,
      usd: 1.5,
      usdForEachPass: 1.5,
      tokens: 30,
      medianMs: 1_000,
    });
    expect(figuresOf([trial('a', 'passed', { usd: null })], {})).toMatchObject({
      usd: null,
      usdForEachPass: null,
    });
    expect(figuresOf([trial('a', 'error')], {})).toMatchObject({ rate: null, medianMs: 0 });
  });

  it('say which thresholds are met, and why others are not', () => {
    const trials = [...Array(9).fill(trial('a', 'passed')), trial('a', 'failed')];
    const thresholds = {
      T1: { pass: 0.9, runs: 10 },
      T2: { pass: 0.95, runs: 10 },
      T3: { pass: 0.9, runs: 20 },
    };
    expect(figuresOf(trials, thresholds).thresholds).toEqual({
      T1: { met: true, reason: '' },
      T2: { met: false, reason: '90 % passed, and it takes 95 %.' },
      T3: { met: false, reason: 'It takes 20 graded runs, and there are 10.' },
    });
  });
});
