/** What people look for in a file where it is not, and where it is. */

const POLICY = 'is a matter of policy: a forbid in .github/gatehouse.cedar says who has to approve';

const ELSEWHERE: readonly (readonly [place: RegExp, words: string])[] = [
  [/^(?:approvers?|approvals?|reviewers|quorum)$/, POLICY],
  [/^budgets\.day$/, 'is for the whole deployment: an operator sets it in GATEHOUSE_BUDGETS'],
  [
    /^roles\.[^.]{1,60}\.(?:extends|prompt|description|tools|budget|model|chain)$/,
    'a role of your own is a file, agents/NAME.md on the default branch',
  ],
  [
    /^backlogs\.(?:concurrency|tasks|limits|base|command)$/,
    'stands in the file of the backlog, such as requirements.yaml',
  ],
];

/** The end of a sentence that begins with the key; null: it is known nowhere. */
export function keysElsewhere(path: readonly PropertyKey[], key: string): string | null {
  const place = [...path.map(String), key].join('.');
  return ELSEWHERE.find(([pattern]) => pattern.test(place))?.[1] ?? null;
}
