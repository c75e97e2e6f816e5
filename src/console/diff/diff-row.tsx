/** One row of a change. */
import { ChevronDownIcon, ChevronRightIcon } from '@primer/octicons-react';
import { useEffect } from 'react';
import type { ApiProblem } from '../api/problem.ts';
import { Exactly } from '../approvals/exactly.tsx';
import { Failed } from '../states/state.tsx';
import css from './diff.module.css';
import type { DiffRow, ListedFile } from './rows.ts';

/** Why lines could not be read, and what asks for them again. */
export type FailedPart = { problem: ApiProblem; again: () => void };

export function DiffRowView(props: {
  row: DiffRow;
  isOpen: boolean;
  failed: FailedPart | undefined;
  turn: (file: number) => void;
  want: (place: { file: number; part: number }) => void;
}) {
  const { row, isOpen, failed, turn, want } = props;
  switch (row.kind) {
    case 'file':
      return <FileRow file={row.file} isOpen={isOpen} turn={turn} />;
    case 'note':
      return <p className={css.note}>{row.text}</p>;
    case 'finding':
      return <p className={css.finding}>{row.text}</p>;
    case 'hunk':
      return (
        <code className={css.hunk}>
          <Exactly text={row.text} />
        </code>
      );
    case 'part':
      return <PartRow file={row.file} part={row.part} failed={failed} want={want} />;
    case 'line':
      return <LineRow row={row} />;
  }
}

const STATUS = { added: 'added', modified: '', deleted: 'deleted', renamed: 'renamed' };

function FileRow(props: { file: ListedFile; isOpen: boolean; turn: (file: number) => void }) {
  const { file, isOpen, turn } = props;
  return (
    <button
      type="button"
      className={css.file}
      aria-expanded={isOpen}
      onClick={() => turn(file.file)}
      data-row
    >
      {isOpen ? <ChevronDownIcon aria-hidden /> : <ChevronRightIcon aria-hidden />}
      <span className={css.path}>
        {file.from !== null && (
          <>
            <Exactly text={file.from} /> →{' '}
          </>
        )}
        <Exactly text={file.path} />
      </span>
      <span className={css.quiet}>
        {[STATUS[file.status], file.generated ? 'generated' : ''].filter(Boolean).join(', ')} +
        {file.added} −{file.removed}
      </span>
    </button>
  );
}

function PartRow(props: {
  file: number;
  part: number;
  failed: FailedPart | undefined;
  want: (place: { file: number; part: number }) => void;
}) {
  const { file, part, failed, want } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a part is wanted once, when it is seen.
  useEffect(() => want({ file, part }), [file, part]);
  if (failed) return <Failed problem={failed.problem} again={failed.again} />;
  return <p className={css.waiting}>Loading lines …</p>;
}

const SIGNS = { insert: '+', delete: '−', normal: ' ' };
const WORDS = { insert: 'added', delete: 'removed', normal: '' };

function LineRow({ row }: { row: Extract<DiffRow, { kind: 'line' }> }) {
  const { type, before, after, text } = row;
  return (
    <div className={`${css.line} ${css[type]}`}>
      <span className={css.number}>{before}</span>
      <span className={css.number}>{after}</span>
      <span className={css.sign} aria-hidden>
        {SIGNS[type]}
      </span>
      <code className={css.text}>
        {type !== 'normal' && <span className={css.screenReaderOnly}>{WORDS[type]}: </span>}
        <Exactly text={text} />
      </code>
    </div>
  );
}
