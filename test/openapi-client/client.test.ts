/** The console's types are those of the OpenAPI document, as openapi-typescript makes them. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
/** The generator needs TypeScript 5, so it has packages of its own. */
const folder = join(root, '.gatehouse/openapi-client');
const STALE =
  'src/console/api/schema.d.ts is stale; this writes it anew: npm test -- test/openapi-client -u';

async function install(): Promise<boolean> {
  for (const file of ['package.json', 'package-lock.json'])
    await cp(join(import.meta.dirname, file), join(folder, file));
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(installed)) return true;
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
    return true;
  } catch (error) {
    if (process.env.CI) throw error;
    return false;
  }
}

it('are checked in', async ({ skip }) => {
  if (!(await install())) skip('its generator can not be installed: npm reaches no registry');
  const made = join(folder, 'schema.d.ts');
  const program = join(folder, 'node_modules/.bin/openapi-typescript');
  await run(program, [join(root, 'docs/openapi.json'), '-o', made], { cwd: folder });
  const text = await readFile(made, 'utf8');
  await expect(text, STALE).toMatchFileSnapshot(join(root, 'src/console/api/schema.d.ts'));
});
