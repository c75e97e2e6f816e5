/** What was spent in the chosen time: the sums, and a row for each group. */
import type { FromApi } from '../api/client.ts';
import { count, counted } from '../show/count.ts';
import page from '../show/page.module.css';
import { Table } from '../show/table.tsx';
import { duration } from '../show/when.tsx';
import { Empty, Partial } from '../states/state.tsx';

type AccountFromApi = FromApi<'Account'>;

const COLUMNS = [
  { title: 'Models', number: true },
  { title: 'Compute', number: true },
  { title: 'Calls', number: true },
  { title: 'Tokens', number: true },
  { title: 'Workers’ time', number: true },
  { title: 'Tasks', number: true },
  { title: 'Merged', number: true },
  { title: 'Models for each merged', number: true },
] as const;

export function Spent({ account, title }: { account: AccountFromApi; title: string }) {
  const { rows, total, prices, more, group } = account;
  if (total.calls === 0 && total.workMs === 0 && total.reserved.calls === 0)
    return (
      <Empty title="Nothing was spent">
        In this time no task of a repository that you may see has called a model. Choose another
        time.
      </Empty>
    );
  return (
    <>
      <dl className={page.figures}>
        <Figure name="Models" value={total.models.words} />
        <Figure name="Compute" value={total.work.words} />
        <Figure name="Reserved now" value={`${count(total.reserved.tokens)} tokens`} />
        <Figure
          name="For each merged pull request"
          value={total.merged ? total.merged.each.models.words : 'none was merged'}
        />
      </dl>
      {total.unpriced.length > 0 && (
        <Partial>
          {counted(total.unpricedCalls, 'call')} without a price: {total.unpriced.join(', ')}.
          Whoever operates Gatehouse names one in GATEHOUSE_PRICES.
        </Partial>
      )}
      <Table
        label={`Spent by ${title.toLowerCase()}`}
        columns={[{ title }, ...COLUMNS]}
        rows={rows.map(row => ({
          key: row.key ?? '',
          cells: [nameOf(row, group), ...cellsOf(row)],
        }))}
      />
      {more && (
        <p className={page.quiet}>
          There are more: they count in the sums, and the CSV lists up to 10,000.
        </p>
      )}
      <p className={page.quiet}>
        {prices.length === 0
          ? 'No amount rests on a price.'
          : `Prices: ${prices.map(({ source, from, to }) => `${source} (${from.slice(0, 10)} to ${to.slice(0, 10)})`).join(', ')}.`}
      </p>
    </>
  );
}

const Figure = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

/** What has no group of its own. */
const OTHER: Others = {
  role: 'Commands, and runs without an end',
  agent: 'Commands, and runs without an end',
  model: 'The workers’ time',
};
type Others = { [G in AccountFromApi['group']]?: string };

const nameOf = (
  { key, name }: AccountFromApi['rows'][number],
  group: AccountFromApi['group'],
): string => (key === null ? (OTHER[group] ?? 'Other') : (name ?? key));

const cellsOf = (row: AccountFromApi['rows'][number]): string[] => [
  row.models.words,
  row.work.words,
  count(row.calls),
  count(row.tokens),
  duration(row.workMs),
  count(row.tasks),
  row.merged ? count(row.merged.pulls) : '–',
  row.merged ? row.merged.each.models.words : '–',
];
