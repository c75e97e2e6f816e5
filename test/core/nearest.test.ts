/** Which known word a mistyped one is taken for, and which are taken for none. */
import { describe, expect, it } from 'vitest';
import { didYouMean, distance, nearest } from '../../src/core/nearest.ts';

const WORDS = ['fix', 'pr', 'list', 'status', 'serve', 'setup', 'graph', 'token', 'completion'];

describe('the nearest word', () => {
  it.each([
    ['fxi', 'fix'],
    ['fx', 'fix'],
    ['lst', 'list'],
    ['FIX', 'fix'],
    ['stauts', 'status'],
    ['statsu', 'status'],
    ['serv', 'serve'],
    ['sevre', 'serve'],
    ['comp', 'completion'],
    ['compeltoin', 'completion'],
    ['tok', 'token'],
  ])('to %s is %s', (typed, known) => {
    expect(nearest(typed, WORDS)).toBe(known);
  });

  it.each([
    '',
    'a',
    'rp',
    'pq',
    'run',
    'six!',
    'edit',
    'task',
    'verse',
    'se',
    's',
    'x'.repeat(9_999),
  ])('to %j is none', typed => {
    expect(nearest(typed, WORDS)).toBeNull();
    expect(didYouMean(typed, WORDS)).toBe('');
  });

  it('is none of several that begin alike', () => {
    expect(nearest('ser', ['service', 'serialise'])).toBeNull();
    expect(nearest('serv', ['service', 'serialise'])).toBe('service');
  });
});

it.each([
  ['', 'abc', 3],
  ['abc', '', 3],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['abcd', 'badc', 2],
  ['aab', 'aba', 1],
  ['kitten', 'sitting', 3],
  ['aa', 'aa', 0],
  ['😀a', 'a😀', 1],
])('from %j to %j it takes %i', (a, b, steps) => {
  expect(distance(a, b)).toBe(steps);
  expect(distance(b, a)).toBe(steps);
});
