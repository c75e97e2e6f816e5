/** What git and GitHub accept as the name of a branch, without `refs/heads/`. */
import { z } from 'zod';

/** Names that git gives a meaning of its own. */
const RESERVED = new Set(['HEAD', '@']);
/** GitHub stores no longer names. */
const LONGEST_BYTES = 244;

/** Why no branch can have that name, as the end of a sentence; `null` where one can. @foreign */
export function branchNameFault(name: string): string | null {
  if (name === '') return 'it is empty';
  if (new TextEncoder().encode(name).length > LONGEST_BYTES)
    return `it is longer than ${LONGEST_BYTES} bytes`;
  if (!name.isWellFormed()) return 'it is not whole Unicode';
  if (RESERVED.has(name)) return 'git gives that name another meaning';
  if (name.startsWith('-')) return 'it begins like an option';
  if (name.startsWith('refs/')) return 'a branch is named without "refs/heads/"';
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(name)) return 'it is a commit, and a branch is needed';
  const [forbidden] = /[\p{Cc} ~^:?*[\\]/u.exec(name) ?? [];
  if (forbidden !== undefined) return `it holds ${JSON.stringify(forbidden)}`;
  if (name.includes('..')) return 'it holds ".."';
  if (name.includes('@{')) return 'it holds "@{"';
  if (name.endsWith('.')) return 'it ends in "."';
  for (const part of name.split('/')) {
    if (part === '') return 'it has an empty part before, between or after "/"';
    if (part.startsWith('.')) return 'a part of it begins with "."';
    if (part.endsWith('.lock')) return 'a part of it ends in ".lock"';
  }
  return null;
}

/** A branch, as people name it in their files. */
export const BranchName = z
  .string()
  .max(LONGEST_BYTES)
  .superRefine((name, context) => {
    const fault = branchNameFault(name);
    if (fault !== null) context.addIssue(`names no branch: ${fault}`);
  });
