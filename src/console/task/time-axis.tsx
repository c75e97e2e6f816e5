/** When the bars below are: the time at a few places of the line. */
import { momentAt, type Piece } from './time-scale.ts';
import css from './timeline.module.css';

const PLACES = [0, 0.25, 0.5, 0.75, 1];
const DAY_MS = 86_400_000;

export function TimeAxis({ pieces }: { pieces: Piece[] }) {
  const moments = PLACES.map(place => momentAt(pieces, place));
  const [from = 0, , , , to = 0] = moments;
  const shown = (moment: number) => {
    const time = new Date(moment);
    return to - from > DAY_MS
      ? time.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' })
      : time.toLocaleTimeString();
  };
  return (
    <div className={css.row}>
      <span className={css.quiet}>{new Date(from).toLocaleDateString()}</span>
      <div className={css.axis}>
        {moments.map((moment, at) => (
          <span key={PLACES[at]}>{shown(moment)}</span>
        ))}
      </div>
    </div>
  );
}
