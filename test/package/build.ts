/**
 * `npm pack` runs this first: Node runs no TypeScript in `node_modules`, so the package has `src` built
 * into `dist`, with the database client, the console and the files that are no TypeScript.
 */
import { execFileSync, type StdioOptions } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const dist = join(root, 'dist');
const options = { cwd: root, stdio: ['ignore', 2, 2] as StdioOptions };

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, 'node_modules/.bin/tsc');
execFileSync(tsc, ['--project', 'test/package/tsconfig.json'], options);
execFileSync(process.execPath, ['src/boot/build-console.cjs'], options);
for (const file of globSync('**/*.mjs', { cwd: join(root, 'src') }))
  cpSync(join(root, 'src', file), join(dist, file));
