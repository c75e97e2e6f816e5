/**
 * Who has to approve, in words. Every policy that asks names its approvers, and all of them have to be
 * satisfied; of names that contain one another only the narrowest is said.
 */
const ANYONE = ['anyone with write access', 'two people with write access'];
/** A policy's annotation is split at commas: of an earlier one, both halves are known as well. */
const MAINTAINER = [
  'a maintainer',
  'a maintainer of the repository',
  'a maintainer and one more person with write access',
  'one of them a maintainer',
  'two people with write access, one of them a maintainer',
];
const MAINTAINERS = 'two maintainers of the repository';
const KNOWN = new Set([...ANYONE, ...MAINTAINER, MAINTAINERS]);

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const number = (count: number): string => NUMBERS[count] ?? String(count);

export function whoApproves(asked: { approvers: readonly string[]; quorum: number }): string {
  const others = asked.approvers.filter(name => !KNOWN.has(name));
  const maintainers = asked.approvers.includes(MAINTAINERS)
    ? 2
    : asked.approvers.length === 0 || asked.approvers.some(name => MAINTAINER.includes(name))
      ? 1
      : 0;
  const count = Math.max(1, asked.quorum, maintainers);
  // Whoever approves has write access: beside other names that says nothing.
  if (others.length > 0 && maintainers === 0)
    return count === 1
      ? others.join(' and ')
      : `${number(count)} people, among them ${others.join(' and ')}`;
  return [people(count, maintainers), ...others].join(' and ');
}

function people(count: number, maintainers: number): string {
  if (maintainers >= count) return count === 1 ? 'a maintainer' : `${number(count)} maintainers`;
  if (maintainers === 0)
    return count === 1 ? 'someone with write access' : `${number(count)} people with write access`;
  const among =
    maintainers === 1 ? 'one of them a maintainer' : `${number(maintainers)} of them maintainers`;
  return `${number(count)} people with write access, ${among}`;
}
