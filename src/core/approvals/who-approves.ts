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

type Asked = { approvers: readonly string[]; quorum: number };

/** Whether these are too few to approve it, whoever they are. */
export function areTooFew(asked: Asked, people: readonly { maintains: boolean }[]): boolean {
  const { count, maintainers } = howMany(asked);
  return people.length < count || people.filter(({ maintains }) => maintains).length < maintainers;
}

/** How many people it takes, and how many of them maintain the repository. */
function howMany({ approvers, quorum }: Asked): {
  count: number;
  maintainers: number;
} {
  const maintainers = approvers.includes(MAINTAINERS)
    ? 2
    : approvers.length === 0 || approvers.some(name => MAINTAINER.includes(name))
      ? 1
      : 0;
  return { count: Math.max(1, quorum, maintainers), maintainers };
}

export function whoApproves(asked: Asked): string {
  const others = asked.approvers.filter(name => !KNOWN.has(name));
  const { count, maintainers } = howMany(asked);
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
