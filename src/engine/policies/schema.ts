/** The schema comes with Gatehouse: it says what is asked, whatever the policies are. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PolicyText } from '../../policy/check.ts';
import { faultLine } from '../../policy/fault.ts';
import {
  type Checked,
  type CheckedSchema,
  type Loaded,
  loadChecked,
  loadPolicies,
  readSchema,
} from '../../policy/load.ts';
import { digestOf } from '../chain.ts';

const SCHEMA = resolve(import.meta.dirname, '../../../policies/schema.cedarschema');

export async function loadTexts(policies: PolicyText[]): Promise<Loaded> {
  return loadPolicies({ schema: await readFile(SCHEMA, 'utf8'), policies, digest: digestOf });
}

/** The same, where the texts were checked in another process. */
export async function loadCheckedTexts(policies: PolicyText[], checked: Checked): Promise<Loaded> {
  const schema = await readFile(SCHEMA, 'utf8');
  return loadChecked({ schema, policies, digest: digestOf }, checked, await checkedSchema());
}

/** What policy texts are checked against. */
export async function checkedSchema(): Promise<CheckedSchema> {
  const schema = readSchema(await readFile(SCHEMA, 'utf8'));
  if ('faults' in schema) throw new Error(schema.faults.map(faultLine).join('\n'));
  return schema;
}
