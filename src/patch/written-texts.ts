/** Finds secrets in what people wrote about a change: it gets into the history of the base as well. */
import { type Finding, finding } from '../core/finding.ts';
import { findSecrets } from './secrets.ts';

/** `messages`: null where they are more than is read. */
export type WrittenTexts = {
  branch: string;
  title: string;
  messages: readonly { commit: string; message: string }[] | null;
};

/** The findings are about the whole change: the texts belong to no file. */
export function inspectTexts({ branch, title, messages }: WrittenTexts): Finding[] {
  return [
    ...secretsOf('The name of the branch', branch),
    ...secretsOf('The title of the pull request', title),
    ...(messages ?? []).flatMap(({ commit, message }) =>
      secretsOf(`The message of commit ${commit.slice(0, 7)}`, message),
    ),
    ...(messages === null
      ? [finding('uninspected', '', 'The messages of its commits are more than is inspected.')]
      : []),
  ];
}

function secretsOf(where: string, text: string): Finding[] {
  const found = findSecrets(text);
  const sure = found.find(({ possible }) => !possible);
  if (sure)
    return [finding('secret', '', `${where} holds what looks like a secret (${sure.kind}).`)];
  return found
    .slice(0, 1)
    .map(({ kind }) => finding('possible-secret', '', `${where} may hold a credential (${kind}).`));
}
