/** In how many places a form can be read, and what a person is shown of that. */
import { ENCODINGS } from './encodings.ts';
import { type Form, markOf, type Source } from './forms.ts';
import { finder } from './found.ts';
import type { Place } from './places.ts';

const SOURCES: readonly Source[] = ['issue', 'model', 'output', 'patch', 'error', 'line'];
/** Where nothing is told on purpose: what is there is there whether or not a mark is. */
const UNMARKED = new Set(['argv', 'environment']);
const MOST_TOLD = 400;

export type Judged = { reached: number; found: number; lines: string[] };

export function judge(forms: readonly Form[], places: readonly Place[]): Judged {
  const told: string[] = [];
  const rows: string[][] = [];
  let reached = 0;
  let found = 0;
  for (const { name: place, texts } of places) {
    const read = texts.map(({ name, text }) => ({ name, text, holds: finder(text) }));
    const row = new Map<string, { reached: number; found: number }>();
    for (const form of forms) {
      const marks = SOURCES.map(source => markOf(form, source));
      const isThere =
        UNMARKED.has(place) || read.some(({ text }) => marks.some(mark => text.includes(mark)));
      const leaks = read.filter(({ holds }) => holds(form.written));
      const cell = row.get(form.encoding) ?? { reached: 0, found: 0 };
      row.set(form.encoding, cell);
      if (isThere || leaks.length > 0) cell.reached += 1;
      if (leaks.length === 0) continue;
      cell.found += 1;
      const names = [...new Set(leaks.map(({ name }) => name))].slice(0, 3).join('; ');
      told.push(`  found: ${form.kind.name}, ${form.encoding}, in ${place}: ${names}`);
    }
    for (const cell of row.values()) {
      reached += cell.reached;
      found += cell.found;
    }
    rows.push([
      place,
      ...Object.keys(ENCODINGS).map(encoding => {
        const cell = row.get(encoding);
        return `${cell?.found ?? 0}/${cell?.reached ?? 0}`;
      }),
    ]);
  }
  const head = ['found/reached', ...Object.keys(ENCODINGS)];
  return { reached, found, lines: [...told.slice(0, MOST_TOLD), ...tableOf([head, ...rows])] };
}

function tableOf(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => row[at]?.length ?? 0)));
  return rows.map(row =>
    row
      .map((cell, at) => cell.padEnd((widths[at] ?? 0) + 2))
      .join('')
      .trimEnd(),
  );
}
