/** A graph as a picture: the steps of a task, or the items of a backlog. A table says the same in words. */
import { useMemo } from 'react';
import css from './graph.module.css';
import { drawn, MOST_STEPS, type Point, STEP } from './layout.ts';
import { Scrolled } from './scrolled.tsx';
import { Status, statusWord } from './status.tsx';

/** `standing`: one of the words of `status.tsx`. */
type GraphNode = { id: string; needs: readonly string[]; standing: string };

/** More of a name does not fit. */
const LONGEST = 18;

const NOT_BEGUN = new Set(['waiting', 'unreached']);

/** `of`: what its nodes are, such as `steps`. */
export function Graph({ of, nodes: steps }: { of: string; nodes: readonly GraphNode[] }) {
  // Only names and needs move a step: a graph at work is not laid out anew.
  const shape = steps.map(({ id, needs }) => `${id}:${needs}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  const picture = useMemo(() => (steps.length > MOST_STEPS ? null : drawn(steps)), [shape]);
  if (picture === null)
    return (
      <p>
        It has {steps.length} {of}, too many for a picture: see the table.
      </p>
    );
  const standings = steps.map(({ id, standing }) => [id, standing] as const);
  const status = new Map(standings);
  const says = standings.map(([id, now]) => `${id} ${statusWord(now)}`).join(', ');
  return (
    <Scrolled label={`Graph of the ${of}`}>
      <svg
        className={css.picture}
        width={picture.width}
        height={picture.height}
        role="img"
        aria-label={says}
      >
        {picture.lines.map(({ from, to, points }) => (
          <path
            key={`${from} ${to}`}
            d={pathOf(points)}
            className={css.line}
            data-ahead={NOT_BEGUN.has(status.get(to) ?? '')}
          />
        ))}
        {picture.steps.map(({ id, x, y }) => {
          const now = status.get(id) ?? 'waiting';
          return (
            <g key={id} transform={`translate(${x - STEP.width / 2} ${y - STEP.height / 2})`}>
              <title>
                {id}: {statusWord(now)}
              </title>
              <rect {...STEP} rx={6} className={css.step} data-status={now} />
              <text x={12} y={20} className={css.name} data-status={now}>
                {id.length > LONGEST ? `${id.slice(0, LONGEST - 1)}…` : id}
              </text>
              <foreignObject x={12} y={24} width={STEP.width - 16} height={22}>
                <span className={css.status}>
                  <Status status={now} />
                </span>
              </foreignObject>
            </g>
          );
        })}
      </svg>
    </Scrolled>
  );
}

const pathOf = (points: Point[]): string =>
  points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join('');
