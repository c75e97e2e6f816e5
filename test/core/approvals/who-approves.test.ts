import { expect, it } from 'vitest';
import { areTooFew, whoApproves } from '../../../src/core/approvals/who-approves.ts';

const WRITE = 'anyone with write access';
const MAINTAINER = 'a maintainer of the repository';

it.each<[string[], number, string]>([
  [[], 1, 'a maintainer'],
  [[WRITE], 1, 'someone with write access'],
  [[MAINTAINER, WRITE], 1, 'a maintainer'],
  [[WRITE], 2, 'two people with write access'],
  [[MAINTAINER, WRITE], 2, 'two people with write access, one of them a maintainer'],
  [
    ['two people with write access', 'one of them a maintainer'],
    2,
    'two people with write access, one of them a maintainer',
  ],
  [['two maintainers of the repository', MAINTAINER, WRITE], 2, 'two maintainers'],
  [
    ['two maintainers of the repository', WRITE],
    3,
    'three people with write access, two of them maintainers',
  ],
  [['the code owners of the touched files', WRITE], 1, 'the code owners of the touched files'],
  [
    ['the code owners of the touched files', MAINTAINER],
    1,
    'a maintainer and the code owners of the touched files',
  ],
  [['the security team'], 2, 'two people, among them the security team'],
])('%j, %i: %s', (approvers, quorum, words) => {
  expect(whoApproves({ approvers, quorum })).toBe(words);
});

const M = { maintains: true };
const W = { maintains: false };

it.each<[string[], number, { maintains: boolean }[], boolean]>([
  [[WRITE], 1, [], true],
  [[WRITE], 1, [W], false],
  [[WRITE], 2, [W], true],
  [[MAINTAINER, WRITE], 1, [W, W], true],
  [[MAINTAINER, WRITE], 1, [M], false],
  [[MAINTAINER, WRITE], 2, [M], true],
  [[MAINTAINER, WRITE], 2, [M, W], false],
  [['two maintainers of the repository'], 2, [M, W, W], true],
  [['two maintainers of the repository'], 2, [M, M], false],
  [['the security team'], 1, [W], false],
])('%j, %i, of %j: too few is %s', (approvers, quorum, others, expected) => {
  expect(areTooFew({ approvers, quorum }, others)).toBe(expected);
});
