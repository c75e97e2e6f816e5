import { expect, it } from 'vitest';
import { whoApproves } from '../../../src/core/approvals/who-approves.ts';

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
