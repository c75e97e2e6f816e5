/** The bars of the runs and of the waits for people in sight. The table has the same in words. */
import { Button } from '@primer/react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { counted } from '../show/count.ts';
import { statusWord } from '../show/status.tsx';
import { duration } from '../show/when.tsx';
import { Bar } from './bar.tsx';
import { type RunBar, spanOf } from './run-bars.ts';
import { TimeAxis } from './time-axis.tsx';
import { type Piece, type TimeSpan, timeScale } from './time-scale.ts';
import css from './timeline.module.css';
import { ANSWERED, type WaitBar } from './wait-bars.ts';

/** Of more runs the latest are shown first. */
const ROWS = 60;

export function TimelinePicture(given: {
  task: string;
  bars: RunBar[];
  /** They make no stretch of time longer: a night without an answer is a pause. */
  waits: WaitBar[];
  range: TimeSpan;
  /** Steps that are still to come. */
  planned: string[];
  zoom: (bar: RunBar) => void;
}) {
  const { task, bars, waits, range, planned, zoom } = given;
  const [most, setMost] = useState(ROWS);
  const pieces = timeScale(bars.map(spanOf), range);
  const isSeen = ({ from, to }: TimeSpan) => to >= range.from && from <= range.to;
  const inRange = bars.filter(bar => isSeen(spanOf(bar)));
  const rows = inRange.slice(-most).reverse();
  return (
    <div className={css.picture}>
      <Pauses pieces={pieces} />
      <TimeAxis pieces={pieces} />
      <ul className={css.rows}>
        {planned.map(step => (
          <li key={step} className={css.row}>
            <span className={css.planned}>{step}</span>
            <span className={css.dashes} aria-hidden />
            <span className={css.took}>Still to come</span>
          </li>
        ))}
        {waits
          .filter(({ span }) => isSeen(span))
          .toReversed()
          .map(wait => (
            <WaitRow key={wait.id} task={task} wait={wait} pieces={pieces} />
          ))}
        {rows.map(bar => {
          const { run, waited, worked } = bar;
          const took = worked ? duration(worked.to - worked.from) : 'did not begin';
          return (
            <li key={run.id} className={css.row}>
              <button type="button" className={css.name} onClick={() => zoom(bar)}>
                {run.id} · {run.by}
              </button>
              <svg className={css.bars} role="img" aria-label={`${statusWord(run.state)}, ${took}`}>
                <Bar pieces={pieces} span={waited} state="waited" />
                {worked && <Bar pieces={pieces} span={worked} state={run.state} />}
              </svg>
              <span className={css.took}>
                {statusWord(run.state)}, {took} ·{' '}
                <Link
                  to="/tasks/$task/log"
                  params={{ task }}
                  search={{ run: run.id }}
                  aria-label={`Log of ${run.id}`}
                >
                  Log
                </Link>
              </span>
            </li>
          );
        })}
      </ul>
      {rows.length < inRange.length && (
        <Button onClick={() => setMost(most + ROWS)}>
          Show {counted(Math.min(ROWS, inRange.length - rows.length), 'earlier run')}
        </Button>
      )}
    </div>
  );
}

function WaitRow({ task, wait, pieces }: { task: string; wait: WaitBar; pieces: Piece[] }) {
  const { id, action, status, span } = wait;
  const says = `${ANSWERED[status]}, ${duration(span.to - span.from)}`;
  return (
    <li className={css.row}>
      <Link
        to="/tasks/$task/approvals/$approval"
        params={{ task, approval: id }}
        className={css.wait}
      >
        People · {action}
      </Link>
      <svg className={css.bars} role="img" aria-label={says}>
        <Bar pieces={pieces} span={span} state="waiting_approval" />
      </svg>
      <span className={css.took}>{says}</span>
    </li>
  );
}

/** Where nothing happened for long, the line is cut short; how long that was is said. */
function Pauses({ pieces }: { pieces: Piece[] }) {
  const idle = pieces.filter(piece => piece.idle);
  if (idle.length === 0) return null;
  const all = idle.reduce((sum, { from, to }) => sum + to - from, 0);
  const longest = Math.max(...idle.map(({ from, to }) => to - from));
  return (
    <p className={css.quiet}>
      {idle.length === 1 ? 'A pause' : `${idle.length} pauses`} of {duration(all)} together{' '}
      {idle.length === 1 ? 'is' : 'are'} drawn short
      {idle.length > 1 && ` (the longest is ${duration(longest)})`}.
    </p>
  );
}
