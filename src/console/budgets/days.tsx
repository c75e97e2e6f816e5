/** What each day cost, as bars. The table beside them says the same in numbers. */
import type { FromApi } from '../api/client.ts';
import css from './days.module.css';

const WIDTH = 720;
const HEIGHT = 120;

export function Days({ rows }: { rows: FromApi<'Account'>['rows'] }) {
  const days = rows
    .flatMap(row => (row.key === null ? [] : [{ day: row.key, ...row }]))
    .sort((a, b) => a.day.localeCompare(b.day));
  const most = Math.max(1, ...days.map(day => day.modelNanoUsd + day.workNanoUsd));
  const step = WIDTH / Math.max(1, days.length);
  return (
    <svg
      className={css.days}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label="What each day cost; the table below has the numbers"
    >
      {days.map(({ day, modelNanoUsd, workNanoUsd, models, work }, at) => {
        const model = (modelNanoUsd / most) * HEIGHT;
        const worker = (workNanoUsd / most) * HEIGHT;
        const x = at * step + step * 0.1;
        return (
          <g key={day}>
            <title>{`${day}: models ${models.words}, compute ${work.words}`}</title>
            <rect
              className={css.models}
              x={x}
              y={HEIGHT - model}
              width={step * 0.8}
              height={model}
            />
            <rect
              className={css.work}
              x={x}
              y={HEIGHT - model - worker}
              width={step * 0.8}
              height={worker}
            />
          </g>
        );
      })}
    </svg>
  );
}
