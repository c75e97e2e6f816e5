/** A bar of a timeline, for a stretch of time. */
import { type Piece, placeAt, type TimeSpan } from './time-scale.ts';
import css from './timeline.module.css';

/** A bar that is too short to be seen is drawn this wide, in percent. */
const NARROWEST = 0.4;

export function Bar({ pieces, span, state }: { pieces: Piece[]; span: TimeSpan; state: string }) {
  const x = placeAt(pieces, span.from) * 100;
  const width = Math.max(placeAt(pieces, span.to) * 100 - x, NARROWEST);
  return (
    <rect
      x={`${x}%`}
      y="25%"
      width={`${width}%`}
      height="50%"
      rx={2}
      className={css.bar}
      data-state={state}
    />
  );
}
