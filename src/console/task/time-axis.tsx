/** When the bars below are: the time at a few places of the line. */
import { axisLabels } from './axis-labels.ts';
import { momentAt, type Piece } from './time-scale.ts';
import css from './timeline.module.css';

const PLACES = [0, 0.25, 0.5, 0.75, 1];

export function TimeAxis({ pieces }: { pieces: Piece[] }) {
  const moments = PLACES.map(place => momentAt(pieces, place));
  const labels = axisLabels(moments);
  return (
    <div className={css.row}>
      <span className={css.quiet}>{new Date(moments[0] ?? 0).toLocaleDateString()}</span>
      <div className={css.axis}>
        {PLACES.map((place, at) => (
          <span key={place}>{labels[at]}</span>
        ))}
      </div>
    </div>
  );
}
