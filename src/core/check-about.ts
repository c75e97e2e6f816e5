/** What a check run of ours is about: the text that GitHub keeps with it, as its external id. */
import type { JudgedHead } from './judged-head.ts';

type CheckAbout =
  | { kind: 'task'; task: string }
  | { kind: 'pull' | 'group'; pull: number }
  | { kind: 'policy'; pull: number | null };

const POLICY_OF_DEFAULT_BRANCH = 'policy:default-branch';

export const aboutHead = ({ pull, group }: JudgedHead): string =>
  `${group ? 'group' : 'pull'}:${pull}`;

export const aboutPolicy = (pull: number | null): string =>
  pull === null ? POLICY_OF_DEFAULT_BRANCH : `policy:${pull}`;

/** @foreign */
export function readCheckAbout(text: string): CheckAbout {
  if (text === POLICY_OF_DEFAULT_BRANCH) return { kind: 'policy', pull: null };
  const [, kind, number] = /^(pull|group|policy):(\d{1,15})$/.exec(text) ?? [];
  if (kind === 'pull' || kind === 'group' || kind === 'policy')
    return { kind, pull: Number(number) };
  return { kind: 'task', task: text };
}
