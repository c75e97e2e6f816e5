/** What becomes of a request for approval, in one sentence: the same on GitHub, in a terminal and in the console. */
import { actionInWords } from '../action-words.ts';
import { withStop } from '../text/with-stop.ts';
import type { ApprovalView } from '../view.ts';
import { capsuleId } from './request.ts';
import { whoApproves } from './who-approves.ts';

/** How a place writes what is set apart, and what comes from outside. */
export type Wording = {
  /** What has become of it. */
  strong(text: string): string;
  /** A commit or a capsule, shortened. */
  id(text: string): string;
  /** What the action is done to, to the character. */
  exact(text: string): string;
  /** Names of people, of teams, and reasons. */
  person(login: string): string;
  text(text: string): string;
};

/** As it stands where nothing is set apart: whoever shows it makes it safe. */
export const PLAIN: Wording = {
  strong: text => text,
  id: text => text,
  exact: text => text,
  person: login => login,
  text: text => text,
};

export function approvalInWords(approval: ApprovalView, wording: Wording): string {
  const { strong, id, exact, person, text } = wording;
  const { action, resource, head, digest, status, by, until, denial } = approval;
  const at = head ? ` at ${id(head.slice(0, 7))}` : '';
  const capsule = digest ? ` (${id(capsuleId(digest))})` : '';
  const what = `to ${actionInWords(action, resource, exact)}${at}${capsule}`;
  const people = by.map(({ login }) => person(login)).join(', ') || 'nobody';
  switch (status) {
    case 'requested':
      return `${strong('Needs approval')} ${what}: by ${text(whoApproves(approval))}.`;
    case 'granted':
      return `${strong('Approved')} ${what} by ${people}${until ? `, until ${until.slice(0, 16)}Z` : ''}.`;
    case 'used':
      return `${strong('Approved')} ${what} by ${people}, and used.`;
    case 'denied':
      return `${strong('Denied')} ${what}: ${text(withStop(denial))}`;
    case 'void':
      return `The approval ${what} is void.`;
  }
}
