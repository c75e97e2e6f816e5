/**
 * A command answers exactly one request. What it names must be the capsule of one that waits, or the
 * commit that would be merged or deployed; the bare form means the request that we posted last, where it
 * was posted before it. Of a comment that was edited it means what that comment asked for when the command
 * was written, which GitHub alone knows.
 */

export type Open = {
  id: string;
  action: string;
  head: string | null;
  /** Digest of its capsule, `sha256:…`; null on requests of before there were capsules. */
  digest: string | null;
  /** GitHub's id of the comment that asks; null until it stands. */
  posted: number | null;
  /** The comment asked for something else before. */
  edited: boolean;
};

type Binding = { ok: true; request: string } | { ok: false; reason: string };

/** Of a digest, enough to name it: 48 bits, beside a request that is known already. */
const CAPSULE_LENGTH = 12;

export const capsuleId = (digest: string): string =>
  digest.replace('sha256:', '').slice(0, CAPSULE_LENGTH);

/** `open`: what waits, oldest first. `after`: the id of the comment that answers; null for a button. */
export function requestAnswered(
  open: readonly Open[],
  named: string,
  after: number | null,
): Binding {
  const refuse = (reason: string): Binding => ({ ok: false, reason });
  const latest = open.at(-1);
  if (!latest)
    return refuse('Nothing waits for approval here. `/agent status` says what is under way.');
  if (named !== '') {
    const meant = open.find(request => isNamed(request, named.toLowerCase()));
    return meant
      ? { ok: true, request: meant.id }
      : refuse(`"${named}" is not what waits for approval now; that is ${names(latest)}.`);
  }
  if (after === null || latest.posted === null || after < latest.posted)
    return refuse(`It was given before the present request was posted; that is ${names(latest)}.`);
  if (latest.edited)
    return refuse(`The request was changed just then; what waits now is ${names(latest)}.`);
  return { ok: true, request: latest.id };
}

/** What the comment that asks shows on GitHub, and since when. */
export type ShownRequest = { capsule: string | null; changedAt: string };

/**
 * What somebody who wrote at `at` saw asked for; empty where nobody can know. GitHub's times are whole
 * seconds: within one, it may have been changed after it was answered.
 */
export const capsuleSeen = ({ capsule, changedAt }: ShownRequest, at: string): string =>
  capsule !== null && wholeSecond(changedAt) < wholeSecond(at) ? capsule : '';

const wholeSecond = (time: string): number => Math.floor(Date.parse(time) / 1_000);

/** A commit names what is done with it; what is asked before a push onto it is named by its capsule. */
const commitOf = ({ action, head }: Open): string | null =>
  action === 'pr.merge' || action === 'deploy' ? head : null;

/** A commit in full, or a capsule by its id or in full. Less could be another's as well. */
const isNamed = (open: Open, named: string): boolean =>
  named === commitOf(open) ||
  (open.digest !== null && (named === open.digest || named === capsuleId(open.digest)));

const names = (open: Open): string =>
  [open.digest && capsuleId(open.digest), commitOf(open)].filter(Boolean).join(' or ') ||
  'another one';
