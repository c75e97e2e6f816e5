/** `npm run bench` measures policy beside casbin: that says something only where both answer the same. */
import { expect, test } from 'vitest';
import { decide } from '../../src/policy/decide.ts';
import { casbinDecider } from '../bench/policy/casbin.ts';
import { QUESTIONS } from '../bench/policy/questions.ts';
import { starter } from './starter.ts';

test('the rules of casbin in the bench allow what the starter pack allows, and nothing else', async () => {
  const set = starter();
  const theirs = await casbinDecider();
  const differing = QUESTIONS.filter(
    facts => theirs(facts) !== (decide(set, facts).outcome === 'allow'),
  ).map(({ action, subject, resource }) => ({ action, trust: subject.trust, resource }));
  expect(differing).toEqual([]);
});

test('the questions of the bench are allowed as well as denied', () => {
  const set = starter();
  const outcomes = new Set(QUESTIONS.map(facts => decide(set, facts).outcome));
  expect([...outcomes].sort()).toEqual(['allow', 'deny', 'require_approval']);
});
