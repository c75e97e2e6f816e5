import { expect, it } from 'vitest';
import { createByteBudget } from '../../../src/core/bounds/byte-budget.ts';

it('gives up the largest that is still arriving, and no more than it has to', () => {
  const budget = createByteBudget(100);
  const gone: string[] = [];
  const open = (name: string) => budget.open(() => gone.push(name));
  const [small, large, whole] = [open('small'), open('large'), open('whole')];
  whole.hold(60);
  whole.arrived();
  large.hold(30);
  small.hold(5);
  expect(gone).toEqual([]);
  small.hold(11);
  expect(gone).toEqual(['large']);
  const next = open('next');
  next.hold(29);
  expect(gone).toEqual(['large']);
  whole.release();
  next.hold(80);
  expect(gone).toEqual(['large']);
  next.hold(100);
  expect(gone).toEqual(['large', 'next']);
});

it('frees once what was released, and keeps what has arrived', () => {
  const budget = createByteBudget(10);
  const gone: string[] = [];
  const first = budget.open(() => gone.push('first'));
  first.hold(10);
  first.arrived();
  const second = budget.open(() => gone.push('second'));
  second.hold(1);
  expect(gone).toEqual(['second']);
  first.release();
  first.release();
  second.release();
  const third = budget.open(() => gone.push('third'));
  third.hold(10);
  expect(gone).toEqual(['second']);
  third.hold(11);
  expect(gone).toEqual(['second', 'third']);
});
