/** Why a call makes no task, in plain sentences: for whoever has no comment to read. */
import type { SingleReply } from '../../../core/reply.ts';

export function refusalWords(answer: SingleReply): string[] {
  switch (answer.code) {
    case 'refused':
    case 'dispatch_refused':
      return answer.reasons;
    case 'misconfigured':
      return answer.faults.map(fault => `${answer.path}: ${fault}`);
    case 'unusable_base':
      return [
        answer.nearest === null
          ? answer.problem
          : `${answer.problem} The branch of the most similar name is ${answer.nearest}.`,
      ];
    case 'busy':
      return [`The task ${answer.task} works on that: call again when it has ended.`];
    case 'merged':
      return [`The pull request #${answer.pull} is merged.`];
    case 'reviewed':
      return [
        `A review stands on ${answer.head.slice(0, 7)}, its head, already: say in \`text\` what to look at, or \`again\`, for another one.`,
      ];
    case 'missing_command':
      return [
        `The repository has no command ${answer.lacks}: name it under \`commands\` in .github/gatehouse.yml, such as \`${answer.lacks}: [${answer.example.join(', ')}]\`. ${answer.notes.join(' ')}`.trim(),
      ];
    case 'missing_tools':
      return answer.missing.map(
        ({ program, command, install }) =>
          `This machine has no ${program}, which the command ${command} starts.${install === null ? ' Whoever operates Gatehouse installs it below /usr, or names its folder in GATEHOUSE_TOOLCHAINS.' : ` Whoever operates Gatehouse installs it there by ${install}.`}`,
      );
    default:
      return [`It was refused: ${answer.code}.`];
  }
}
