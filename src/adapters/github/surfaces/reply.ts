/** The text of an answer to a comment: short, and a refusal always says why. */
import { capsuleId } from '../../../core/approvals/request.ts';
import { ruleInWords } from '../../../core/approvals/rules.ts';
import { solo } from '../../../core/approvals/solo.ts';
import { whoApproves } from '../../../core/approvals/who-approves.ts';
import { CommandName, placeFault } from '../../../core/commands/commands.ts';
import type { Reply } from '../../../core/reply.ts';
import { configurationLines } from '../../../core/repository-config/example-command.ts';
import { renderRetrospective } from './backlog.ts';
import { answerText, planText, triageText } from './documents.ts';
import { BODY_BYTES, questionText, sentence, shortSha } from './formats.ts';
import { helpText } from './help.ts';
import { clip, copyableBlock, inert, inertBlock, inertCode } from './inert.ts';
import { answerMarker } from './markers.ts';
import { requestText, settledText } from './request.ts';
import { table } from './table.ts';

export const renderReply = (answer: Reply, key: string): string =>
  clip(`${answerMarker(key)}\n${textOf(answer)}\n`, BODY_BYTES);

/** How a task could be started where none works. */
const NO_TASK = {
  open: '. `/agent fix` starts one.',
  closed: ', and it is closed. Reopen it, and `/agent fix` starts one.',
  merged:
    ', and it is merged. Open an issue for what is still to be done: `/agent fix` starts one there.',
};

function misplacedText({
  place,
  commands,
}: Extract<Reply, { code: 'misplaced_commands' }>): string {
  const asked = commands
    .slice(0, 10)
    .map(name => inertCode(`/agent ${name}`, 60))
    .join(', ');
  return place === 'edit'
    ? `The edit starts nothing: a comment counts as it was first written, and what it answered to a request for approval is taken back by an edit. If ${asked} is to be followed as it stands there now, write it in a new comment.`
    : `I did nothing for ${asked}: the text of ${place === 'issue' ? 'an issue' : 'a pull request'} starts nothing. Write it in a comment below.`;
}

function textOf(answer: Reply): string {
  switch (answer.code) {
    case 'help':
      return helpText(answer.offers);
    case 'unknown_command':
      return [
        `I did nothing: I don't know ${inertCode(`/agent ${answer.word}`, 60)}.`,
        answer.nearest ? ` Did you mean ${inertCode(`/agent ${answer.nearest}`, 60)}?` : '',
        ' `/agent help` lists what there is.',
      ].join('');
    case 'invalid_arguments':
      return `I did nothing for ${inertCode(`/agent ${answer.command}`, 60)}: ${sentence(answer.problem, 500)} \`/agent help\` shows how it is written.`;
    case 'several':
      return answer.answers.map(textOf).join('\n\n');
    case 'near_command':
      return `Did you mean ${inertCode(`/agent ${answer.meant}`, 60)}? I did nothing: a command is the first words of a line, in plain letters: not in a list, a quote, a heading, a table, a link, bold, HTML or code. A blank line ends a list or a quote.`;
    case 'misplaced_commands':
      return misplacedText(answer);
    case 'conflicting_commands':
      return `I did none of ${answer.commands
        .slice(0, 10)
        .map(name => inertCode(`/agent ${name}`, 60))
        .join(
          ', ',
        )}: ${sentence(answer.reason, 300)} Please send again, in a comment of its own, the one that you want.`;
    case 'unreadable':
      return 'I did nothing: this comment takes too long to read as Markdown. Please send the command again, in a short comment of its own.';
    case 'refused':
      return `I did nothing for ${inertCode(`/agent ${answer.command}`, 60)}:\n\n${list(answer.reasons)}`;
    case 'dispatch_refused':
      return `I did nothing for the \`repository_dispatch\` of the type \`gatehouse\` that is about this:\n\n${list(answer.reasons)}`;
    case 'unusable_base':
      return [
        `I did nothing for ${inertCode(`/agent ${answer.command}`, 60)}: ${sentence(answer.problem, 600)}`,
        answer.nearest
          ? ` The nearest that exists is ${inertCode(answer.nearest, 250)}: ${inertCode(`/agent ${answer.command} --base ${answer.nearest}`, 300)}.`
          : '',
      ].join('');
    case 'busy':
      return `There is work going on here already (task ${inertCode(answer.task)}). \`/agent status\` shows it, \`/agent cancel\` stops it.${answer.pull === undefined ? '' : ` \`/agent fix\` on #${answer.pull} asks it for more.`}`;
    case 'reviewed':
      return `[My review](#pullrequestreview-${answer.review}) is of the present head, ${inertCode(answer.head.slice(0, 12), 12)}. \`/agent review again\`, or with what to look at, reviews it anew.`;
    case 'too_many_calls':
      return `I did nothing: I follow ${answer.most} calls of one person in an hour. Please try again later; \`/agent deny\`, \`/agent revoke\`, \`/agent cancel\` and \`/agent pause\` are always followed.`;
    case 'left_out':
      return `I took the first command, ${inertCode(`/agent ${answer.taken}`, 60)}, and left out ${answer.rest
        .slice(0, 10)
        .map(line => inertCode(line, 60))
        .join(', ')}: one comment, one command.`;
    case 'no_task':
      if (answer.command === 'status')
        return `No task of mine works on this${NO_TASK[answer.over ?? 'open']}`;
      return `I did nothing for ${inertCode(`/agent ${answer.command}`, 60)}: no task of mine works on this${NO_TASK[answer.over ?? 'open']}`;
    case 'kept_for_resume':
      return `The work here is paused. ${inertCode(`/agent ${answer.command}`, 60)} is kept, and what it lets begin waits for \`/agent resume\`.`;
    case 'merged': {
      const { success, data: name } = CommandName.safeParse(answer.command);
      const place = success && placeFault(name, 'issue') !== null ? 'a pull request' : 'an issue';
      return `I did nothing for ${inertCode(`/agent ${answer.command}`, 60)}: #${answer.pull} is merged, and what is merged is not worked on any more. Open ${place} for what is still to be done, and write ${inertCode(`/agent ${answer.command}`, 60)} there.`;
    }
    case 'status':
      return `Task ${inertCode(answer.task)} is ${sentence(answer.status, 300)}\n\n${list(answer.lines)}`;
    case 'turned_away':
      return `I did nothing for ${inertCode(`/agent ${answer.command}`, 60)} by ${people(answer.logins)}: it takes the role ${inertCode(answer.needs, 20)} in this repository. Someone who has it can give the same command here.`;
    case 'gathered':
      return gatheredText(answer);
    case 'patch_for_fork':
      return patchText(answer);
    case 'cancel_requested':
      return 'I am stopping the work here; what is running is being killed.';
    case 'paused':
      return `Paused: nothing more begins here. ${answer.running.length > 0 ? `What is running is let end: ${answer.running.map(step => inertCode(step, 60)).join(', ')}.` : 'Nothing is running.'} \`/agent resume\` goes on, \`/agent cancel\` stops it for good.`;
    case 'unlocked':
      return answer.holders.length > 0
        ? `I freed the branch ${inertCode(answer.branch, 250)} from ${people(answer.holders)}. What was being done there is given up, and is tried again.`
        : `Nobody held the branch ${inertCode(answer.branch, 250)}, so there was nothing to free. \`/agent status\` says what the task waits for.`;
    case 'resumed':
      return 'I am going on.';
    case 'asked':
      return `I need a person to go on. ${questionText(answer.question)}`;
    case 'approval_requested':
      return requestText(answer.request);
    case 'approval_settled':
      return settledText(answer);
    case 'approval_counted':
      return countedText(answer);
    case 'approval_revoked':
      return `What ${inertCode(answer.login, 60)} approved here no longer counts: ${sentence(answer.how, 200)} An objection is lifted by approving.`;
    case 'approval_refused':
      return `Thank you, ${inertCode(answer.login, 60)}${answer.lifts ? ': you are not against it any more. As an approval' : ', but'} this does not count: ${sentence(answer.reason, 500)} (The rule: ${inert(ruleInWords(answer.rule), 200)}.)`;
    case 'approval_voided':
      return answer.was !== null && answer.head !== null && answer.was !== answer.head
        ? `The approval by ${inertCode(answer.login, 60)} was for ${shortSha(answer.was)}; the head is ${shortSha(answer.head)} now, so it is void. Please look at the new commits and approve again.`
        : `The approval by ${inertCode(answer.login, 60)} is void: ${sentence(answer.reason, 500)}${answer.inRun ? '' : ' Please look again.'}`;
    case 'planned':
      return planText(answer.plan, answer.digest);
    case 'triaged':
      return triageText(answer.triage);
    case 'answered':
      return answerText(answer.report);
    case 'accepted':
      return acceptedText(answer);
    case 'reworked':
      return `Done in ${shortSha(answer.commit)}.${answer.summary ? ` ${sentence(answer.summary, 1000)}` : ''}`;
    case 'thread_reworked': {
      const did = answer.touched
        ? `I changed ${inertCode(answer.path, 200)} in ${shortSha(answer.commit)}.`
        : `I left ${inertCode(answer.path, 200)} as it is; what I changed for this review is ${shortSha(answer.commit)}.`;
      const says = answer.summary ? ` ${sentence(answer.summary, 1000)}` : '';
      return `${did}${says} Whether this thread is resolved is for you to say.`;
    }
    case 'rework_failed':
      return `I could not do that, and left the branch as it was: ${sentence(answer.reason, 800)}`;
    case 'remediation_stopped': {
      const tried = answer.rounds.map(name => inertCode(name, 60));
      const after = tried.length > 0 ? ` I had worked on ${tried.join(', then ')}.` : '';
      return `I stopped working here on what failing checks and calls ask for. ${sentence(answer.reason, 800)}${after} A person has to look: \`/agent fix\` with what is to be done differently lets me go on.`;
    }
    case 'backlog_ended':
      return renderRetrospective(answer);
    case 'missing_command':
      return [
        `I did nothing: for ${inertCode(`/agent ${answer.command}`, 60)} this repository needs a ${inertCode(answer.lacks, 40)} command, and I found none. Name it in \`.github/gatehouse.yml\` on the default branch, for example:`,
        inertBlock(configurationLines(answer.lacks, answer.example), 1000),
        ...(answer.notes.length > 0 ? [list(answer.notes)] : []),
      ].join('\n\n');
    case 'missing_tools':
      return `I can't start here yet: the machine that runs the repository's commands lacks programs that they need. Whoever operates Gatehouse installs them there; then give the command again.\n\n${answer.missing
        .slice(0, 10)
        .map(
          ({ program, command, install }) =>
            `- ${inertCode(program, 60)} for ${inertCode(command, 200)}: ${install === null ? 'install it below `/usr`, or name its folder in `GATEHOUSE_TOOLCHAINS`' : `${inertCode(install, 200)} installs it`}`,
        )
        .join('\n')}`;
    case 'misconfigured':
      return `I can't work here until ${inertCode(answer.path, 200)} on the default branch is corrected:\n\n${inertBlock(answer.faults.join('\n'), 8000)}`;
    default:
      throw new Error(`unknown answer ${JSON.stringify(answer satisfies never)}`);
  }
}

type Counted = Extract<Reply, { code: 'approval_counted' }>;

function denialMeans({ inRun, ends }: Counted): string {
  if (inRun) return 'the agent is told no, and goes on without it';
  return ends ? 'the step that asked for it ends' : 'nothing goes ahead until they approve';
}

function countedText(answer: Counted): string {
  const who = inertCode(answer.login, 60);
  if (answer.says === 'objects') return `${who} is against it, so ${denialMeans(answer)}.`;
  const own = answer.rule === solo.name ? ` ${inert(answer.reason, 300)}` : '';
  const counts = `The approval by ${who} of ${inertCode(capsuleId(answer.digest))} counts`;
  return answer.suffices
    ? `${counts}.${own}`
    : `${counts}, but does not suffice: it takes approval by ${inert(whoApproves(answer))}, and ${answer.count === 1 ? 'one person has' : `${answer.count} people have`} approved so far.${own}`;
}

/** Bytes of a patch that leave room in a comment. */
const PATCH_BYTES = 40_000;

function patchText({ pull, task, patch = '' }: Extract<Reply, { code: 'patch_for_fork' }>): string {
  const whole = copyableBlock(patch, PATCH_BYTES);
  const folder = inertCode(`gatehouse artifacts ${task ?? 'TASK'} --to FOLDER`);
  return `The work on #${pull} is done. It belongs to a fork, which I never write: ${
    whole
      ? 'this is the patch, for `git apply`.'
      : `this is the patch to read. A comment can't hold all of it as it is, so what \`git apply\` takes is the \`patch.diff\` that ${folder} writes on the machine of Gatehouse.`
  }\n\n<details><summary>The patch</summary>\n\n${whole ?? inertBlock(patch, PATCH_BYTES)}\n\n</details>`;
}

function acceptedText(answer: Extract<Reply, { code: 'accepted' }>): string {
  const { environment, address, results, merged } = answer;
  const red = results.filter(({ ok }) => !ok).length;
  const where = `${inert(environment, 100)}, at ${inertCode(address, 300)}`;
  const head =
    red > 0
      ? `**Not accepted** on ${where}: ${red} of ${results.length} do not hold.`
      : `**${merged ? 'Accepted' : 'Ready to merge'}**: what must hold does on ${where}.`;
  const rows = results.map(({ name, ok, seen }) => [
    ok ? '✅' : '❌',
    inertCode(name, 200),
    inert(seen, 400),
  ]);
  return rows.length === 0 ? head : `${head}\n\n${table(['', 'must hold', 'seen'], rows)}`;
}

function gatheredText({ calls, more }: Extract<Reply, { code: 'gathered' }>): string {
  const commands = [...new Set(calls.map(({ command }) => command))];
  const lines = commands.map(command => {
    const issues = calls.filter(call => call.command === command).map(({ issue }) => `#${issue}`);
    return `- ${inertCode(`/agent ${command}`, 60)} on ${[...new Set(issues)].join(', ')}`;
  });
  const by = people([...new Set(calls.map(({ login }) => login))]);
  const rest = more > 0 ? [`- and ${more} more`] : [];
  return [
    `Many calls came at once, so this comment answers ${calls.length + more} of them, by ${by}:`,
    [...lines, ...rest].join('\n'),
    'None is lost. What I can not do is answered where it was asked; everything else is worked in its turn, and has its own comment once work on it has begun. `/agent status` there says where it stands until then.',
  ].join('\n\n');
}

const NAMED = 10;

function people(names: readonly string[]): string {
  const more = names.length - NAMED;
  const shown = names.slice(0, NAMED).map(login => inertCode(login, 60));
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

const list = (lines: readonly string[]): string =>
  lines
    .slice(0, 30)
    .map(line => `- ${inert(line, 500)}`)
    .join('\n') || '- (no reason was given)';
