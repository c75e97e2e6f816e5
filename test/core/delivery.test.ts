/** A delivery that calls us: acknowledged first, answered where it makes no task. */
import { describe, expect, it } from 'vitest';
import { type DeliveryCommand, delivery } from '../../src/core/delivery/decider.ts';
import { testsOf } from './given-when-then.ts';

const REPOSITORY = { id: 1, owner: 'acme', name: 'library', installation: 1 };
const MONA = { id: 7, login: 'mona' };
const target = { kind: 'issue', number: 3 } as const;
const acknowledge: DeliveryCommand = {
  type: 'acknowledge',
  repository: REPOSITORY,
  by: MONA,
  target,
};
const answer: DeliveryCommand = { ...acknowledge, type: 'answer', answer: { code: 'help' } };
const { given } = testsOf('delivery', delivery);

describe('a call', () => {
  it('is acknowledged when it arrives, and once', () => {
    const then = given().when(acknowledge).thenEvents('delivery.heard');
    expect(then.opens()).toEqual(['acknowledge']);
    given(acknowledge).when(acknowledge).thenRefused('It is acknowledged already.');
  });
  it('is answered after it was acknowledged, and once', () => {
    const then = given(acknowledge).when(answer).thenEvents('delivery.answered');
    expect(then.opens()).toEqual(['answer']);
    given(acknowledge, answer).when(answer).thenRefused('It is answered already.');
  });
  it('that was answered before acknowledging had an event of its own is acknowledged with the answer', () => {
    const then = given().when(answer).thenEvents('delivery.answered');
    expect(then.opens()).toEqual(['acknowledge', 'answer']);
  });
});

describe('a pull request that changes policy', () => {
  const examine: DeliveryCommand = {
    type: 'examine',
    data: { repository: REPOSITORY, pull: 3, head: 'a'.repeat(40), paths: ['policies/a.cedar'] },
  };
  it('is examined, and once', () => {
    const then = given().when(examine).thenEvents('policy.examination_requested');
    expect(then.opens()).toEqual(['examine_policy']);
    given(examine).when(examine).thenRefused('It is examined already.');
  });
});

describe('a commit on which our check is required', () => {
  const head = 'a'.repeat(40);
  const request = (sha: string): DeliveryCommand => ({
    type: 'request_check',
    data: { repository: REPOSITORY, about: { pull: 3, group: false, head: sha } },
  });
  it('is judged once, beside whatever else the delivery is about', () => {
    const then = given(acknowledge, answer).when(request(head)).thenEvents('check.requested');
    expect(then.opens()).toEqual([`judge:${head}`]);
    given(request(head)).when(request(head)).thenRefused('It is asked for already.');
    given(request(head))
      .when(request('c'.repeat(40)))
      .thenEvents('check.requested');
  });
});
