/** The schema comes with Gatehouse: it says what is asked, whatever the policies are. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PolicyText } from '../../policy/check.ts';
import { type Loaded, loadPolicies } from '../../policy/load.ts';
import { digestOf } from '../chain.ts';

const SCHEMA = resolve(import.meta.dirname, '../../../policies/schema.cedarschema');

export async function loadTexts(policies: PolicyText[]): Promise<Loaded> {
  return loadPolicies({ schema: await readFile(SCHEMA, 'utf8'), policies, digest: digestOf });
}
