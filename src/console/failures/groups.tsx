/** The failures of each group. A code, a role and a repository lead to those of theirs. */
import { Link } from '@tanstack/react-router';
import type { FromApi } from '../api/client.ts';
import { count } from '../show/count.ts';
import page from '../show/page.module.css';
import { Table } from '../show/table.tsx';
import { When } from '../show/when.tsx';
import { codeInWords } from './code-in-words.ts';
import { type FailureSearch, type FailuresBy, GROUPS } from './search.ts';

type FailuresFromApi = FromApi<'Failures'>;

export function Groups({ answer, search }: { answer: FailuresFromApi; search: FailureSearch }) {
  const { group, rows, more } = answer;
  return (
    <>
      <Table
        label={`Failures by ${GROUPS[group].toLowerCase()}`}
        columns={[
          { title: GROUPS[group] },
          { title: 'Failed', number: true },
          ...(group === 'code' ? [] : COLUMNS),
          { title: 'Last' },
        ]}
        rows={rows.map(row => ({
          key: row.key,
          cells: [
            <Narrowed key="group" row={row} group={group} search={search} />,
            count(row.failed),
            ...(group === 'code' ? [] : comparedOf(row)),
            <When key="last" at={row.lastAt} />,
          ],
        }))}
      />
      {more && <p className={page.quiet}>There are more, with fewer failures.</p>}
    </>
  );
}

const COLUMNS = [{ title: 'Of all runs', number: true }, { title: 'By what' }] as const;

const comparedOf = ({ runs, failed, codes }: FailuresFromApi['rows'][number]): string[] => [
  `${count(runs)} (${Math.round((100 * failed) / runs)} %)`,
  codes.map(({ code, runs }) => `${codeInWords(code)} ${count(runs)}`).join(', '),
];

function Narrowed({
  row: { key, name },
  group,
  search,
}: {
  row: FailuresFromApi['rows'][number];
  group: FailuresBy;
  search: FailureSearch;
}) {
  const text = group === 'code' ? codeInWords(key) : (name ?? key);
  const to = narrowed(group, name ?? key);
  if (to === null) return text;
  return (
    <Link to="/failures" search={{ ...search, ...to }}>
      {text}
    </Link>
  );
}

/** Null: by that, nothing is chosen. */
function narrowed(group: FailuresBy, key: string): FailureSearch | null {
  switch (group) {
    case 'code':
      return { group: 'role', code: key };
    case 'role':
      return { group: 'code', role: key };
    case 'repository':
      return { group: 'code', repository: key };
    case 'day':
      return { group: 'code', from: key, to: key };
    case 'agent':
      return null;
  }
}
