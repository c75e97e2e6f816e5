/** The deployment's policies, loaded or refused with every fault's place. */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { digestOf } from '../engine/chain.ts';
import { loadPolicies, type PolicySet } from '../policy/load.ts';

/** The schema says what Gatehouse asks; it comes with Gatehouse, whatever the policies are. */
const SCHEMA = resolve(import.meta.dirname, '../../policies/schema.cedarschema');

/** Every `.cedar` file of the folder. */
export async function readPolicies(folder: string): Promise<PolicySet> {
  const entries = await readdir(folder).catch(error => {
    throw new Error(`The policies in ${folder} can't be read: ${error.message}`);
  });
  const names = entries.filter(name => name.endsWith('.cedar')).sort();
  const policies = await Promise.all(
    names.map(async name => ({ name, text: await readFile(join(folder, name), 'utf8') })),
  );
  const schema = await readFile(SCHEMA, 'utf8');
  const loaded = loadPolicies({ schema, policies, digest: digestOf });
  if (loaded.ok) return loaded.set;
  const faults = loaded.faults.map(f => `${f.file}:${f.line}:${f.column} ${f.message}`);
  throw new Error(`The policies in ${folder} can't be used:\n${faults.join('\n')}`);
}
