/** What changed between two results, for people at a terminal. */
import type { ProfileComparison, ResultComparison } from '../../core/evaluation/compare.ts';
import { plain } from '../../core/text/plain-text.ts';
import { inWords } from './describe-result.ts';

/** `limit`: how unlikely a regression is by chance. */
export const describeComparison = (
  { profiles, left, ok }: ResultComparison,
  limit: number,
): string[] => [
  'Compared with before:',
  ...profiles.flatMap(profile => describeProfile(profile, limit)),
  ...left.map(line => `  ${plain(line, 200)}`),
  ...(profiles.length === 0 ? ['  Nothing could be compared.'] : []),
  ok ? 'evaluate: no regression' : 'evaluate: failed',
];

function describeProfile(of: ProfileComparison, limit: number): string[] {
  const { profile, before, after, flips } = of;
  return [
    `  ${profile}: ${inWords(before)} before, ${inWords(after)} now. ${verdictOf(of, limit)}`,
    ...flips.map(
      flip =>
        `    ${flip.to === 'passing' ? '✓' : '✗'} ${flip.task}: ${inWords(flip.before)} before, ${inWords(flip.after)} now`,
    ),
  ];
}

function verdictOf({ verdict, chance }: ProfileComparison, limit: number): string {
  switch (verdict) {
    case 'regressed':
      return `It has regressed: chance alone comes to so few in ${share(chance)}, and the limit is ${share(limit)}.`;
    case 'too_few':
      return 'These are too few runs to tell: had none passed, that could be chance. Use more with --repeat.';
    case 'held':
      return chance > 0.5
        ? 'No regression.'
        : `No regression: chance alone comes to so few in ${share(chance)}, and the limit is ${share(limit)}.`;
  }
}

/** Such as `4 of 1,000`. */
function share(chance: number): string {
  if (chance < 0.0001) return 'less than 1 of 10,000';
  const of = chance < 0.01 ? 10_000 : 1_000;
  return `${Math.round(chance * of).toLocaleString('en-US')} of ${of.toLocaleString('en-US')}`;
}
