/** Policy files as they lie in a folder, with the schema that comes with Gatehouse. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { PolicyText } from '../../policy/check.ts';
import { type Loaded, loadPolicies } from '../../policy/load.ts';
import { digestOf } from '../chain.ts';

/** The schema says what Gatehouse asks, whatever the policies are. */
export const readSchema = (): Promise<string> =>
  readFile(resolve(import.meta.dirname, '../../../policies/schema.cedarschema'), 'utf8');

/** Every `.cedar` file of a folder, or the one file; throws where there is none. */
export async function readPolicyTexts(path: string): Promise<PolicyText[]> {
  const names = await namesIn(path, '.cedar');
  if (names.length === 0) throw new Error(`There is no .cedar file in ${path}.`);
  return Promise.all(
    names.map(async file => ({ name: basename(file), text: await readFile(file, 'utf8') })),
  );
}

/** The tables of tests that lie beside the policies, by path. */
export const testFilesIn = (path: string): Promise<string[]> => namesIn(path, '.test.yml');

export async function loadTexts(policies: PolicyText[]): Promise<Loaded> {
  return loadPolicies({ schema: await readSchema(), policies, digest: digestOf });
}

async function namesIn(path: string, ending: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return path.endsWith(ending) ? [path] : [];
    const names = await readdir(path);
    return names
      .filter(name => name.endsWith(ending))
      .sort()
      .map(name => join(path, name));
  } catch (error) {
    throw new Error(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}
