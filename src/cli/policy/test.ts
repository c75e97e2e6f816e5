/** `gatehouse policy test`: the tables of tests beside the policies. */

import { plain } from '../../core/text/plain-text.ts';
import { examine, testTables } from '../../engine/policies/examine.ts';
import { faultLine } from '../../policy/fault.ts';
import { type Output, print } from '../output.ts';
import type { Services } from '../services.ts';
import { checkPolicies } from './check.ts';

export async function testPolicies(
  services: Services,
  output: Output,
  given: string | null,
  options: { json: boolean },
): Promise<void> {
  const path = given ?? services.policies();
  const examined = await examine(path, services.policies());
  if (!examined.ok) return checkPolicies(services, output, given, options);
  const tables = await testTables(path, examined.set);
  if (tables.length === 0)
    throw new Error(`there is no table of tests in ${path}: they are called like mine.test.yml`);
  const rows = tables.flatMap(({ file, rows }) => rows.map(row => ({ file, ...row })));
  const faults = tables.flatMap(table => table.faults);
  const failed = rows.filter(row => !row.ok);
  const ok = failed.length === 0 && faults.length === 0;
  const results = rows.map(({ decision, ...row }) => ({
    ...row,
    outcome: decision?.outcome ?? null,
    policies: decision?.policies ?? [],
    reasons: decision?.reasons ?? [],
  }));
  print(output, options.json, { ok, faults, rows: results }, [
    ...faults.map(fault => plain(faultLine(fault), 600)),
    ...failed.flatMap(({ file, line, it, problems }) => [
      plain(`${file}:${line}: ${it}`, 300),
      ...problems.map(problem => `    ${plain(problem, 600)}`),
    ]),
    ok
      ? `test: ok (${rows.length} rows in ${tables.length} ${tables.length === 1 ? 'table' : 'tables'})`
      : `test: failed (${failed.length + faults.length} of ${rows.length + faults.length})`,
  ]);
  if (!ok) output.exit(1);
}
