/** Where a task, a step or a run stands: a sign and a word, so that colour never says it alone. */
import {
  CheckCircleFillIcon,
  CircleIcon,
  CircleSlashIcon,
  ClockIcon,
  DotFillIcon,
  GitMergeIcon,
  type Icon,
  PersonIcon,
  SkipIcon,
  XCircleFillIcon,
} from '@primer/octicons-react';
import css from './status.module.css';

type StatusLook = { icon: Icon; colour: 'quiet' | 'good' | 'bad' | 'work' | 'ask'; word: string };

const LOOKS: Record<string, StatusLook> = {
  proposed: { icon: ClockIcon, colour: 'quiet', word: 'Proposed' },
  active: { icon: DotFillIcon, colour: 'work', word: 'Active' },
  success: { icon: CheckCircleFillIcon, colour: 'good', word: 'Success' },
  failure: { icon: XCircleFillIcon, colour: 'bad', word: 'Failure' },
  canceled: { icon: CircleSlashIcon, colour: 'quiet', word: 'Canceled' },
  refused: { icon: SkipIcon, colour: 'bad', word: 'Refused' },
  waiting: { icon: CircleIcon, colour: 'quiet', word: 'Waiting' },
  paused: { icon: ClockIcon, colour: 'quiet', word: 'Paused' },
  unreached: { icon: CircleIcon, colour: 'quiet', word: 'Not reached' },
  done: { icon: CheckCircleFillIcon, colour: 'good', word: 'Done' },
  ok: { icon: CheckCircleFillIcon, colour: 'good', word: 'OK' },
  merged: { icon: GitMergeIcon, colour: 'good', word: 'Merged' },
  failed: { icon: XCircleFillIcon, colour: 'bad', word: 'Failed' },
  skipped: { icon: SkipIcon, colour: 'quiet', word: 'Skipped' },
  queued: { icon: ClockIcon, colour: 'quiet', word: 'Queued' },
  starting: { icon: ClockIcon, colour: 'work', word: 'Starting' },
  running: { icon: DotFillIcon, colour: 'work', word: 'Running' },
  waiting_approval: { icon: PersonIcon, colour: 'ask', word: 'Waiting for approval' },
};

const lookOf = (status: string): StatusLook =>
  LOOKS[status] ?? { icon: CircleIcon, colour: 'quiet', word: status };

export const statusWord = (status: string): string => lookOf(status).word;

export function Status({ status }: { status: string }) {
  const { icon: Icon, colour, word } = lookOf(status);
  return (
    <span className={`${css.status} ${css[colour]}`}>
      <Icon aria-hidden size={16} /> {word}
    </span>
  );
}
